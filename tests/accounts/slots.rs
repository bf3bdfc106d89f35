//! Pass-through authentication in a bounded number of slots.

use super::simulated::{minute, simulate};
use rollcast::outcome::{Cause, Ending};
use rollcast::units::Span;
use rollcast::world::ServerRole;

/// Thirty machines reach for a share at the same instant, by an account that
/// the file server has to ask for: two at a time, ten seconds each.
const HERD: &str = r#"
horizon = "2 h 5 min"
[account.'CORP\naa']
[accounts]
network_access = 'CORP\naa'
[site.hq]
[site.branch]
parent = "hq"
[server.HQ-DC]
site = "hq"
roles = ["domain controller"]
[server.BRANCH-DC]
site = "branch"
roles = ["domain controller"]
[server.BRANCH-DP]
site = "branch"
roles = ["distribution point"]
[server.FILES]
site = "hq"
roles = ["file server"]
authentication = { slots = 2, hold = "10 s" }
[share.tools]
access = ['CORP\Domain Users', 'CORP\Domain Computers']
[fleet.pcs]
sites = ["branch"]
per_site = 30
user_logged_on = true
[package.tool]
size = "1 kB"
[program.tool]
rights = "administrative"
runs = "whether or not a user is logged on"
shares = [{ share = "tools" }]
install_time = "1 s"
[advertisement.tool]
assigned = "+2 h"
"#;

#[test]
fn slots_and_patience_admit_as_many_as_the_closed_form_says() {
    let run = simulate(HERD);
    // The pair with k pairs before it waits 10 k seconds; 45 s are too long to
    // wait for the sixth pair and all later ones.
    assert_eq!(run.count("pcs", Ending::Installed), 10);
    let refused: Vec<_> = run
        .of("pcs")
        .into_iter()
        .filter(|o| o.ending == Ending::Retrying)
        .collect();
    assert_eq!(refused.len(), 20);
    for outcome in refused {
        assert_eq!(
            (outcome.cause, outcome.code),
            (Cause::NoLogonServer, Some(1311))
        );
        assert_eq!(outcome.run_end, minute(120) + Span::from_secs(45));
    }
    let files = run.server("FILES", ServerRole::FileServer);
    assert_eq!(files.timeouts, 20);
    // A machine that gives up has waited as long as its patience lasts.
    assert_eq!(files.longest_wait, Span::from_secs(45));
    assert_eq!(
        files.waited,
        Span::from_secs(2 * (10 + 20 + 30 + 40) + 20 * 45)
    );
}

#[test]
fn the_server_asks_a_controller_near_itself() {
    let run = simulate(HERD);
    assert_eq!(
        run.server("HQ-DC", ServerRole::DomainController).requests,
        10
    );
    let free = simulate(&HERD.replace("authentication = { slots = 2, hold = \"10 s\" }", ""));
    assert_eq!(
        free.server("HQ-DC", ServerRole::DomainController).requests,
        0
    );
    assert!(free.all("pcs", Ending::Installed, Cause::None));
}

#[test]
fn kb906736_where_tickets_are_confirmed_kerberos_takes_a_slot_too() {
    let confirming = HERD.replace("hold = \"10 s\"", "hold = \"10 s\", pac_validation = true");
    let user = confirming
        .replace("rights = \"administrative\"", "rights = \"user\"")
        .replace(
            "runs = \"whether or not a user is logged on\"",
            "needs_administrator = false",
        );
    let run = simulate(&user);
    assert_eq!(run.count("pcs", Ending::Installed), 10);
    let files = run.server("FILES", ServerRole::FileServer);
    assert_eq!(
        (files.timeouts, files.longest_wait),
        (20, Span::from_secs(45))
    );
    // The ticket is the branch's, the confirmation the file server's.
    let asked = |controller| {
        run.server(controller, ServerRole::DomainController)
            .requests
    };
    assert_eq!(asked("HQ-DC"), 10);
    assert!(asked("BRANCH-DC") >= 30);
    // Of the computer accounts ten get in; when the others have waited in vain,
    // the Network Access Account is next and takes ten more in.
    let computer =
        format!("{confirming}[rules]\nnon_sms_share_order = \"computer account first\"\n");
    let run = simulate(&computer);
    assert_eq!(run.count("pcs", Ending::Installed), 20);
    assert_eq!(run.server("FILES", ServerRole::FileServer).timeouts, 30);
}

#[test]
fn kerberos_needs_no_slot() {
    // In the user's context, and as computer account.
    let user = HERD
        .replace("rights = \"administrative\"", "rights = \"user\"")
        .replace(
            "runs = \"whether or not a user is logged on\"",
            "needs_administrator = false",
        );
    assert!(simulate(&user).all("pcs", Ending::Installed, Cause::None));
    let computer = format!("{HERD}[rules]\nnon_sms_share_order = \"computer account first\"\n");
    assert!(simulate(&computer).all("pcs", Ending::Installed, Cause::None));
    // A user of a Windows NT 4.0 domain comes by NTLM.
    let old = format!("{user}[domain.CORP]\nkind = \"windows nt 4.0\"\n");
    assert_eq!(simulate(&old).count("pcs", Ending::Installed), 10);
}
