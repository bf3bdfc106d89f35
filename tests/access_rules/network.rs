//! Which accounts are presented, in which order: every cell of the documented
//! table of client, run mode and kind of connection.

use crate::lab::*;
use rollcast::access::{Client, Purpose, Reason, Target, cause};
use rollcast::outcome::{Actor, Cause};
use rollcast::product::NonSmsShareOrder;
use rollcast::world::{
    AccountState, ClientKind, DomainId, Program, Role, ShareId, Trustee, UserCondition,
};

const POINTS: [Purpose; 2] = [Purpose::RunFromPoint, Purpose::Download];

fn in_domain(client: Client<'_>, domain: DomainId) -> Client<'_> {
    Client { domain, ..client }
}

#[test]
fn kb826871_advanced_user_program_has_the_users_credentials_alone() {
    let lab = Lab::new();
    for purpose in [Purpose::RunFromPoint, Purpose::Download, Purpose::Share] {
        let presented = lab.candidates(&lab.advanced(), &user_rights(), purpose);
        assert_eq!(presented, [Actor::LoggedOnUser]);
    }
}

#[test]
fn advanced_admin_program_connects_to_points_as_computer_then_as_network_access_account() {
    let lab = Lab::new();
    for purpose in POINTS {
        let presented = lab.candidates(&lab.advanced(), &administrative(), purpose);
        assert_eq!(presented, [Actor::ComputerAccount, NAA]);
    }
}

#[test]
fn advanced_admin_program_has_the_computer_account_alone_if_no_other_is_configured() {
    let lab = Lab::new().accounts(|accounts| accounts.network_access = None);
    for purpose in POINTS {
        let presented = lab.candidates(&lab.advanced(), &administrative(), purpose);
        assert_eq!(presented, [Actor::ComputerAccount]);
    }
}

#[test]
fn the_network_access_account_helps_where_the_computer_account_is_denied() {
    let lab = Lab::new().package_for(&[Trustee::DomainUsers(CORP)]);
    assert_eq!(
        lab.reach(&lab.advanced(), &administrative(), Purpose::Download),
        Ok(NAA)
    );
}

#[test]
fn shares_by_default_see_the_network_access_account_alone() {
    let lab = Lab::new();
    let presented = lab.candidates(&lab.advanced(), &administrative(), Purpose::Share);
    assert_eq!(presented, [NAA]);
}

#[test]
fn shares_see_the_computer_account_first_if_the_rules_say_so() {
    let order = NonSmsShareOrder::ComputerAccountFirst;
    let lab = Lab::new()
        .with(|world| world.rules.non_sms_share_order = order)
        .share_for(&[Trustee::DomainComputers(CORP)])
        .accounts(|accounts| accounts.network_access = None);
    let reached = lab.reach(&lab.advanced(), &administrative(), Purpose::Share);
    assert_eq!(reached, Ok(Actor::ComputerAccount));
    let lab = lab.accounts(|accounts| accounts.network_access = Some(id(NAA)));
    let presented = lab.candidates(&lab.advanced(), &administrative(), Purpose::Share);
    assert_eq!(presented, [Actor::ComputerAccount, NAA]);
}

#[test]
fn a_denied_computer_account_is_named_where_the_rules_let_it_try() {
    let order = NonSmsShareOrder::ComputerAccountFirst;
    let lab = Lab::new()
        .with(|world| world.rules.non_sms_share_order = order)
        .accounts(|accounts| accounts.network_access = None);
    let reached = lab.reach(&lab.advanced(), &administrative(), Purpose::Share);
    assert_eq!(reached, Err((Cause::ComputerAccountDenied, Some(5))));
}

#[test]
fn kb224286_legacy_user_program_tries_the_user_then_each_connection_account() {
    let lab = Lab::new();
    let presented = lab.candidates(&lab.legacy(), &user_rights(), Purpose::RunFromPoint);
    assert_eq!(presented, [Actor::LoggedOnUser, CONNECTION_A, CONNECTION_B]);
    let reached = lab.reach(&lab.legacy(), &user_rights(), Purpose::RunFromPoint);
    assert_eq!(reached, Ok(Actor::LoggedOnUser), "which normally works");
}

#[test]
fn kb224286_legacy_admin_program_tries_the_token_then_each_connection_account() {
    let lab = Lab::new();
    let presented = lab.candidates(&lab.legacy(), &administrative(), Purpose::RunFromPoint);
    assert_eq!(
        presented,
        [Actor::LocalTokenAccount, CONNECTION_A, CONNECTION_B]
    );
    let controller = lab.client(ClientKind::Legacy, Role::DomainController);
    let presented = lab.candidates(&controller, &administrative(), Purpose::RunFromPoint);
    assert_eq!(
        presented,
        [Actor::DomainTokenAccount(CORP), CONNECTION_A, CONNECTION_B]
    );
}

#[test]
fn the_second_connection_account_helps_where_the_first_is_locked() {
    let lab = Lab::new().with_state(CONNECTION_A, AccountState::Locked);
    let reached = lab.reach(&lab.legacy(), &administrative(), Purpose::RunFromPoint);
    assert_eq!(reached, Ok(CONNECTION_B));
    let lab = lab.with_state(CONNECTION_B, AccountState::WrongPassword);
    let reached = lab.reach(&lab.legacy(), &administrative(), Purpose::RunFromPoint);
    assert_eq!(reached, Err((Cause::ConnectionAccountUnusable, Some(1326))));
}

#[test]
fn a_legacy_client_without_connection_accounts_reaches_no_point() {
    let lab = Lab::new().accounts(|accounts| accounts.client_connection = [].into());
    let reached = lab.reach(&lab.legacy(), &administrative(), Purpose::RunFromPoint);
    assert_eq!(reached, Err((Cause::NoConnectionAccount, Some(5))));
    let user = lab.reach(&lab.legacy(), &user_rights(), Purpose::RunFromPoint);
    assert_eq!(user, Ok(Actor::LoggedOnUser));
}

#[test]
fn kb224286_the_installation_account_needs_rights_of_its_own_on_points() {
    let lab = Lab::new();
    let program = with_installation_account();
    let presented = lab.candidates(&lab.legacy(), &program, Purpose::RunFromPoint);
    assert_eq!(presented, [SWI]);
    assert_eq!(
        lab.reach(&lab.legacy(), &program, Purpose::RunFromPoint),
        Ok(SWI)
    );
    let lab = lab.package_for(&[entry(CONNECTION_A), entry(CONNECTION_B)]);
    let reached = lab.reach(&lab.legacy(), &program, Purpose::RunFromPoint);
    assert_eq!(reached, Err((Cause::ContentAccessDenied, Some(5))));
}

#[test]
fn legacy_user_program_reaches_a_share_as_the_user() {
    let lab = Lab::new().share_for(&[Trustee::DomainUsers(CORP)]);
    let presented = lab.candidates(&lab.legacy(), &user_rights(), Purpose::Share);
    assert_eq!(presented, [Actor::LoggedOnUser]);
    assert_eq!(
        lab.reach(&lab.legacy(), &user_rights(), Purpose::Share),
        Ok(Actor::LoggedOnUser)
    );
}

#[test]
fn a_share_closed_to_the_user_denies_user_programs_on_both_clients() {
    let lab = Lab::new().share_for(&[entry(NAA), entry(CONNECTION_A)]);
    for client in [lab.advanced(), lab.legacy()] {
        let reached = lab.reach(&client, &user_rights(), Purpose::Share);
        assert_eq!(reached, Err((Cause::UserDenied, Some(5))));
    }
}

#[test]
fn legacy_admin_program_cannot_reach_a_share_without_the_installation_account() {
    let lab = Lab::new().share_for(&[Trustee::Everyone]);
    for role in [Role::Workstation, Role::MemberServer] {
        let client = lab.client(ClientKind::Legacy, role);
        assert_eq!(
            lab.candidates(&client, &administrative(), Purpose::Share)
                .len(),
            1
        );
        let reached = lab.reach(&client, &administrative(), Purpose::Share);
        assert_eq!(
            reached,
            Err((Cause::TokenAccountNoNetwork, Some(5))),
            "{role:?}"
        );
    }
}

#[test]
fn kb263279_legacy_admin_program_fails_on_a_network_path_that_the_user_can_reach() {
    let lab = Lab::new().share_for(&[Trustee::DomainUsers(CORP)]);
    assert_eq!(
        lab.attempt(&lab.legacy(), Actor::LoggedOnUser, SHARE),
        Ok(Actor::LoggedOnUser)
    );
    let program = Program {
        user_condition: UserCondition::LoggedOn,
        ..administrative()
    };
    let reached = lab.reach(&lab.legacy(), &program, Purpose::Share);
    assert_eq!(reached, Err((Cause::TokenAccountNoNetwork, Some(5))));
    let point = lab.reach(&lab.legacy(), &program, Purpose::RunFromPoint);
    assert_eq!(
        point,
        Ok(CONNECTION_A),
        "the client connects to distribution points itself"
    );
}

#[test]
fn kb263279_legacy_admin_program_on_a_network_path_works_with_the_installation_account() {
    let lab = Lab::new().share_for(&[Trustee::Everyone]);
    let program = with_installation_account();
    assert_eq!(
        lab.candidates(&lab.legacy(), &program, Purpose::Share),
        [SWI]
    );
    assert_eq!(lab.reach(&lab.legacy(), &program, Purpose::Share), Ok(SWI));
}

#[test]
fn kb263279_legacy_program_on_a_network_path_works_with_the_users_rights() {
    let lab = Lab::new().share_for(&[Trustee::Everyone]);
    assert_eq!(
        lab.reach(&lab.legacy(), &user_rights(), Purpose::Share),
        Ok(Actor::LoggedOnUser)
    );
}

#[test]
fn the_installation_account_may_be_denied_too() {
    let lab = Lab::new().share_for(&[entry(NAA)]);
    let reached = lab.reach(&lab.legacy(), &with_installation_account(), Purpose::Share);
    assert_eq!(reached, Err((Cause::InstallationAccountDenied, Some(5))));
}

#[test]
fn the_installation_account_without_the_network_logon_right_is_unusable_on_the_network() {
    let lab = Lab::new()
        .share_for(&[entry(SWI)])
        .with(|world| world.directory.accounts[id(SWI).index()].network_logon = false);
    let reached = lab.reach(&lab.legacy(), &with_installation_account(), Purpose::Share);
    assert_eq!(
        reached,
        Err((Cause::InstallationAccountUnusable, Some(1385)))
    );
}

#[test]
fn a_share_open_to_null_sessions_lets_the_token_account_in() {
    let lab = Lab::new()
        .share_for(&[Trustee::Everyone])
        .with_null_session();
    let reached = lab.reach(&lab.legacy(), &administrative(), Purpose::Share);
    assert_eq!(reached, Ok(Actor::NullSession));
}

#[test]
fn a_share_open_to_guest_lets_the_token_account_in() {
    for trustee in [Trustee::Guests, Trustee::Everyone] {
        let lab = Lab::new().share_for(&[trustee]).with_guest();
        let reached = lab.reach(&lab.legacy(), &administrative(), Purpose::Share);
        assert_eq!(reached, Ok(Actor::Guest), "{trustee:?}");
    }
    let lab = Lab::new()
        .share_for(&[Trustee::AuthenticatedUsers])
        .with_guest();
    let reached = lab.reach(&lab.legacy(), &administrative(), Purpose::Share);
    assert_eq!(reached, Err((Cause::TokenAccountNoNetwork, Some(5))));
}

#[test]
fn cc179669_nt4_and_workgroup_computers_need_the_network_access_account() {
    let open = [Trustee::Everyone];
    for domain in [OLD, HOME] {
        let lab = Lab::new().package_for(&open);
        let client = in_domain(lab.advanced(), domain);
        let refusal = lab
            .attempt(&client, Actor::ComputerAccount, PACKAGE)
            .expect_err("nothing to show");
        assert_eq!((refusal.reason, refusal.code), (Reason::NoCredential, 5));
        assert_eq!(
            lab.reach(&client, &administrative(), Purpose::Download),
            Ok(NAA)
        );
        let lab = lab.accounts(|accounts| accounts.network_access = None);
        let client = in_domain(lab.advanced(), domain);
        let reached = lab.reach(&client, &administrative(), Purpose::Download);
        assert_eq!(reached, Err((Cause::NoNetworkAccessAccount, Some(5))));
    }
}

#[test]
fn nt4_local_system_is_a_null_session_to_shares_that_admit_one() {
    let lab = Lab::new()
        .share_for(&[Trustee::Anonymous])
        .with_null_session();
    let client = in_domain(lab.advanced(), OLD);
    let session = lab.attempt(&client, Actor::ComputerAccount, SHARE);
    assert_eq!(session, Ok(Actor::NullSession));
    let session = lab.attempt(
        &lab.advanced(),
        Actor::ComputerAccount,
        Target::Share(ShareId(0)),
    );
    assert_eq!(
        session
            .expect_err("has a credential, which is not admitted")
            .code,
        5
    );
}

#[test]
fn an_unusable_network_access_account_is_told_from_a_denied_one() {
    let lab = Lab::new()
        .share_for(&[entry(NAA)])
        .with_state(NAA, AccountState::Locked);
    let reached = lab.reach(&lab.advanced(), &administrative(), Purpose::Share);
    assert_eq!(
        reached,
        Err((Cause::NetworkAccessAccountUnusable, Some(1909)))
    );
}

#[test]
fn content_nobody_may_read_is_denied_on_both_clients() {
    let lab = Lab::new().package_for(&[entry(DOMAIN_ADMIN)]);
    for client in [lab.advanced(), lab.legacy()] {
        for program in [user_rights(), administrative()] {
            let reached = lab.reach(&client, &program, Purpose::RunFromPoint);
            assert_eq!(reached, Err((Cause::ContentAccessDenied, Some(5))));
        }
    }
}

#[test]
fn silence_of_the_controllers_is_a_cause_of_its_own() {
    let lab = Lab::new();
    let client = lab.advanced();
    let execution = lab.execute(&client, &administrative()).expect("runs");
    for purpose in [Purpose::RunFromPoint, Purpose::Download, Purpose::Share] {
        let last = (NAA, Reason::NoLogonServer.into());
        assert_eq!(
            cause(&client, &execution, purpose, Some(last)),
            Cause::NoLogonServer
        );
    }
}
