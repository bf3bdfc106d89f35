//! Who runs a program: every row of the documented table, and the ways in
//! which an executing account can be unusable.

use crate::lab::*;
use rollcast::access::{Reason, context, execution_cause};
use rollcast::outcome::{Actor, Cause};
use rollcast::product::ClientKind::{Advanced, Legacy};
use rollcast::world::Role::{DomainController, MemberServer, Workstation};
use rollcast::world::{AccountState, Program, Rights, Role, UserCondition};

fn runner(kind: rollcast::product::ClientKind, role: Role, program: &Program) -> Actor {
    let lab = Lab::new();
    lab.execute(&lab.client(kind, role), program)
        .expect("the program can run")
        .actor
}

#[test]
fn advanced_user_program_runs_as_the_user_in_every_role() {
    for role in [Workstation, MemberServer, DomainController] {
        assert_eq!(runner(Advanced, role, &user_rights()), Actor::LoggedOnUser);
    }
}

#[test]
fn advanced_admin_program_runs_as_local_system_in_every_role() {
    for role in [Workstation, MemberServer, DomainController] {
        assert_eq!(
            runner(Advanced, role, &administrative()),
            Actor::LocalSystem
        );
    }
}

#[test]
fn advanced_client_ignores_the_box_of_the_installation_account() {
    for role in [Workstation, MemberServer, DomainController] {
        assert_eq!(
            runner(Advanced, role, &with_installation_account()),
            Actor::LocalSystem
        );
    }
}

#[test]
fn legacy_user_program_runs_as_the_user_in_every_role() {
    for role in [Workstation, MemberServer, DomainController] {
        assert_eq!(runner(Legacy, role, &user_rights()), Actor::LoggedOnUser);
    }
}

#[test]
fn legacy_workstation_and_member_server_use_the_local_token_account() {
    for role in [Workstation, MemberServer] {
        assert_eq!(
            runner(Legacy, role, &administrative()),
            Actor::LocalTokenAccount
        );
    }
}

#[test]
fn legacy_domain_controller_uses_the_domain_token_account() {
    let actor = runner(Legacy, DomainController, &administrative());
    assert_eq!(actor, Actor::DomainTokenAccount(CORP));
}

#[test]
fn legacy_program_with_the_box_runs_as_the_installation_account_in_every_role() {
    for role in [Workstation, MemberServer, DomainController] {
        assert_eq!(runner(Legacy, role, &with_installation_account()), SWI);
    }
}

#[test]
fn kb231399_three_kinds_of_program_use_the_token_account() {
    let rights = Program {
        user_condition: UserCondition::LoggedOn,
        ..administrative()
    };
    let either = Program {
        user_condition: UserCondition::Either,
        ..user_rights()
    };
    let nobody = Program {
        user_condition: UserCondition::LoggedOff,
        ..user_rights()
    };
    for program in [rights, either, nobody] {
        assert_eq!(
            runner(Legacy, Workstation, &program),
            Actor::LocalTokenAccount
        );
    }
}

#[test]
fn programs_that_may_run_without_a_user_have_the_administrative_context() {
    for condition in [UserCondition::Either, UserCondition::LoggedOff] {
        let program = Program {
            user_condition: condition,
            ..user_rights()
        };
        assert_eq!(context(&program), Rights::Administrative);
        assert_eq!(runner(Advanced, Workstation, &program), Actor::LocalSystem);
    }
    assert_eq!(context(&user_rights()), Rights::User);
}

#[test]
fn kb235811_the_box_counts_only_on_programs_that_do_not_need_a_user() {
    let needs_user = Program {
        user_condition: UserCondition::LoggedOn,
        ..with_installation_account()
    };
    assert_eq!(
        runner(Legacy, Workstation, &needs_user),
        Actor::LocalTokenAccount
    );
    let no_user = Program {
        user_condition: UserCondition::LoggedOff,
        ..with_installation_account()
    };
    assert_eq!(runner(Legacy, Workstation, &no_user), SWI);
}

#[test]
fn kb307434_an_unusable_installation_account_fails_with_error_1317() {
    let states = [
        (AccountState::Missing, Reason::Missing),
        (AccountState::Locked, Reason::Locked),
        (AccountState::Disabled, Reason::Disabled),
        (AccountState::Expired, Reason::Expired),
        (AccountState::PasswordExpired, Reason::PasswordExpired),
        (AccountState::WrongPassword, Reason::WrongPassword),
    ];
    for (state, reason) in states {
        let lab = Lab::new().with_state(SWI, state);
        let (actor, refusal) = lab
            .execute(&lab.legacy(), &with_installation_account())
            .expect_err("unusable");
        assert_eq!((actor, refusal.reason, refusal.code), (SWI, reason, 1317));
        assert_eq!(
            execution_cause(actor, refusal),
            Cause::InstallationAccountUnusable
        );
        assert!(
            lab.execute(&lab.legacy(), &administrative()).is_ok(),
            "others still run"
        );
    }
}

#[test]
fn kb263279_a_missing_installation_account_setting_fails_with_error_1317() {
    let lab = Lab::new().accounts(|accounts| accounts.software_installation = None);
    let (actor, refusal) = lab
        .execute(&lab.legacy(), &with_installation_account())
        .expect_err("not configured");
    assert_eq!(
        (actor, refusal.reason, refusal.code),
        (Actor::Nobody, Reason::NotConfigured, 1317)
    );
    assert_eq!(
        execution_cause(actor, refusal),
        Cause::InstallationAccountUnusable
    );
    let advanced = lab.execute(&lab.advanced(), &with_installation_account());
    assert_eq!(
        advanced.expect("does not need it").actor,
        Actor::LocalSystem
    );
}

#[test]
fn kb224286_the_installation_account_must_be_in_a_domain_the_client_trusts() {
    let lab = Lab::new().accounts(|accounts| accounts.software_installation = Some(id(STRANGER)));
    let (actor, refusal) = lab
        .execute(&lab.legacy(), &with_installation_account())
        .expect_err("not trusted");
    assert_eq!(
        (actor, refusal.reason, refusal.code),
        (STRANGER, Reason::NotTrusted, 1317)
    );
    let lab = Lab::new().accounts(|accounts| accounts.software_installation = Some(id(TRUSTED)));
    assert!(
        lab.execute(&lab.legacy(), &with_installation_account())
            .is_ok()
    );
}

#[test]
fn a_local_installation_account_runs_where_there_are_local_accounts() {
    let lab = Lab::new().accounts(|accounts| accounts.software_installation = Some(id(LOCAL)));
    let program = with_installation_account();
    assert_eq!(
        lab.execute(&lab.legacy(), &program).expect("runs").actor,
        LOCAL
    );
    let controller = lab.client(Legacy, DomainController);
    assert_eq!(
        lab.execute(&controller, &program)
            .expect_err("has none")
            .1
            .code,
        1317
    );
}

#[test]
fn kb231399_a_locked_token_account_stops_every_legacy_controller_and_nobody_else() {
    let lab = Lab::new().with_token(AccountState::Locked);
    let controller = lab.client(Legacy, DomainController);
    let (actor, refusal) = lab
        .execute(&controller, &administrative())
        .expect_err("locked");
    assert_eq!(
        (actor, refusal.reason, refusal.code),
        (Actor::DomainTokenAccount(CORP), Reason::Locked, 1909)
    );
    assert_eq!(execution_cause(actor, refusal), Cause::TokenAccountUnusable);
    for (kind, role) in [
        (Legacy, Workstation),
        (Legacy, MemberServer),
        (Advanced, DomainController),
    ] {
        assert!(
            lab.execute(&lab.client(kind, role), &administrative())
                .is_ok(),
            "{kind:?} {role:?}"
        );
    }
    let elsewhere = rollcast::access::Client {
        domain: OLD,
        ..controller
    };
    assert!(
        lab.execute(&elsewhere, &administrative()).is_ok(),
        "another domain has its own"
    );
}

#[test]
fn kb235205_a_locked_token_account_takes_installation_account_programs_on_controllers_along() {
    let lab = Lab::new().with_token(AccountState::Locked);
    let controller = lab.client(Legacy, DomainController);
    let (actor, refusal) = lab
        .execute(&controller, &with_installation_account())
        .expect_err("locked");
    assert_eq!(
        (actor, refusal.code),
        (Actor::DomainTokenAccount(CORP), 1317)
    );
    assert_eq!(execution_cause(actor, refusal), Cause::TokenAccountUnusable);
    assert!(
        lab.execute(&lab.legacy(), &with_installation_account())
            .is_ok()
    );
}

#[test]
fn a_token_account_not_yet_replicated_fails_as_missing() {
    let lab = Lab::new().with_token(AccountState::Missing);
    let controller = lab.client(Legacy, DomainController);
    let (_, refusal) = lab
        .execute(&controller, &administrative())
        .expect_err("missing");
    assert_eq!((refusal.reason, refusal.code), (Reason::Missing, 1317));
}

#[test]
fn cc181332_rights_of_the_token_account_persist_on_controllers_and_are_granted_elsewhere() {
    let lab = Lab::new();
    for (role, elevated) in [
        (Workstation, true),
        (MemberServer, true),
        (DomainController, false),
    ] {
        let execution = lab
            .execute(&lab.client(Legacy, role), &administrative())
            .expect("runs");
        assert!(execution.administrator);
        assert_eq!(execution.elevated, elevated, "{role:?}");
    }
}

#[test]
fn a_domain_admin_of_another_domain_is_elevated_like_anybody() {
    let lab = Lab::new()
        .with(|world| world.directory.accounts[id(TRUSTED).index()].domain_admin = true)
        .accounts(|accounts| accounts.software_installation = Some(id(TRUSTED)));
    let execution = lab
        .execute(&lab.legacy(), &with_installation_account())
        .expect("runs");
    assert!(execution.elevated && execution.administrator);
}

#[test]
fn no_user_is_a_cause_of_its_own() {
    let lab = Lab::new();
    let mut client = lab.legacy();
    client.user = None;
    let (actor, refusal) = lab
        .execute(&client, &user_rights())
        .expect_err("nobody there");
    assert_eq!(execution_cause(actor, refusal), Cause::NoUser);
}
