//! What holds of every access list.

use crate::lab::*;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use rollcast::outcome::Actor;
use rollcast::world::{AccessList, Trustee};

/// Every trustee the lab has.
fn trustees() -> Vec<Trustee> {
    let mut all = vec![
        Trustee::Everyone,
        Trustee::AuthenticatedUsers,
        Trustee::Anonymous,
        Trustee::Guests,
        Trustee::Users,
        Trustee::Administrators,
    ];
    for domain in [CORP, OLD, PARTNER] {
        all.push(Trustee::DomainUsers(domain));
        all.push(Trustee::DomainComputers(domain));
        all.push(Trustee::DomainControllers(domain));
        all.push(Trustee::DomainAdmins(domain));
    }
    all.extend([INSTALLERS, STAFF, COMPUTERS, OLD_INSTALLERS].map(Trustee::Group));
    all.extend([NAA, SWI, CONNECTION_A, DOMAIN_ADMIN, TRUSTED].map(entry));
    all
}

/// Everybody who might connect.
const ACTORS: [Actor; 10] = [
    Actor::ComputerAccount,
    Actor::LoggedOnUser,
    Actor::LocalTokenAccount,
    Actor::NullSession,
    Actor::Guest,
    NAA,
    SWI,
    DOMAIN_ADMIN,
    STRANGER,
    TRUSTED,
];

fn some() -> impl Strategy<Value = Vec<Trustee>> {
    subsequence(trustees(), 0..=6)
}

fn admitted(actor: Actor, allow: &[Trustee], deny: &[Trustee], guest: bool) -> bool {
    let mut lab = Lab::new();
    lab.world.shares[0].access = AccessList {
        allow: allow.to_vec(),
        deny: deny.to_vec(),
    };
    lab.world.servers[FILES.index()].guest_enabled = guest;
    lab.attempt(&lab.advanced(), actor, SHARE).is_ok()
}

/// How many of the actors a list admits, so that no property below is about
/// nobody.
#[test]
fn the_lists_of_these_properties_admit_some_and_refuse_some() {
    let admits = |allow: &[Trustee]| {
        ACTORS
            .iter()
            .filter(|a| admitted(**a, allow, &[], true))
            .count()
    };
    assert_eq!(admits(&[]), 0);
    assert_eq!(
        admits(&[Trustee::Everyone]),
        ACTORS.len() - 1,
        "all but the null session"
    );
    assert_eq!(admits(&[Trustee::DomainUsers(CORP)]), 4);
}

/// Everybody with an entry that alone lets them in, with Guest enabled or not.
fn let_in_by_one_entry() -> Vec<(Actor, Trustee, bool)> {
    let all = trustees();
    let tries = ACTORS.iter().flat_map(|actor| {
        let entries = all.iter().map(move |entry| (*actor, *entry));
        entries.flat_map(|(actor, entry)| [(actor, entry, false), (actor, entry, true)])
    });
    tries
        .filter(|(actor, entry, guest)| admitted(*actor, &[*entry], &[], *guest))
        .collect()
}

proptest! {
    #[test]
    fn deny_always_wins(
        (actor, entry, guest) in select(let_in_by_one_entry()),
        allow in some(),
        deny in some(),
    ) {
        let deny: Vec<_> = deny.into_iter().chain([entry]).collect();
        prop_assert!(!admitted(actor, &allow, &deny, guest));
    }

    #[test]
    fn an_allow_entry_never_takes_access_away(
        actor in select(&ACTORS[..]),
        allow in some(),
        deny in some(),
        more in select(trustees()),
        guest: bool,
    ) {
        let before = admitted(actor, &allow, &deny, guest);
        let allow: Vec<_> = allow.into_iter().chain([more]).collect();
        prop_assert!(!before || admitted(actor, &allow, &deny, guest));
    }

    #[test]
    fn a_deny_entry_never_gives_access(
        actor in select(&ACTORS[..]),
        allow in some(),
        deny in some(),
        more in select(trustees()),
        guest: bool,
    ) {
        let before = admitted(actor, &allow, &deny, guest);
        let deny: Vec<_> = deny.into_iter().chain([more]).collect();
        prop_assert!(before || !admitted(actor, &allow, &deny, guest));
    }

    #[test]
    fn the_order_of_a_list_does_not_matter(
        actor in select(&ACTORS[..]),
        (allow, shuffled) in some().prop_flat_map(|list| (Just(list.clone()), Just(list).prop_shuffle())),
        deny in some(),
        guest: bool,
    ) {
        let reversed: Vec<_> = deny.iter().rev().copied().collect();
        prop_assert_eq!(
            admitted(actor, &allow, &deny, guest),
            admitted(actor, &shuffled, &reversed, guest)
        );
    }
}
