//! The exports that are known: by which headings each is recognised, which of
//! them are read, and why the others are not.
//!
//! Sources: the reference of WMI classes of Configuration Manager
//! (learn.microsoft.com, "Configuration Manager SDK"), which the cmdlets return,
//! and the reference of the module `ActiveDirectory`.

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Deployment,
    Advertisement,
    Window,
    Collection,
    Member,
    Program,
    Package,
    Application,
    Relationship,
    GroupServer,
    PointGroup,
    Group,
    GroupBoundary,
    Boundary,
    Point,
    Role,
    Site,
    AdController,
    AdTrust,
    AdDomain,
    AdPolicy,
    AdLink,
    AdSubnet,
    AdSite,
}

/// How a kind is recognised and read.
pub(super) struct Spec {
    pub(super) kind: Kind,
    /// The command that writes it.
    pub(super) command: &'static str,
    /// Headings in normal form that it has.
    needs: &'static [&'static str],
    /// Headings of which it has one at least; none if empty.
    any: &'static [&'static str],
    /// Headings that it has not.
    lacks: &'static [&'static str],
    /// Headings that are read.
    pub(super) reads: &'static [&'static str],
    /// Headings that say something of weight and are not read, with the reason.
    pub(super) passes: &'static [(&'static str, &'static str)],
}

/// Why a column is not read, unless the kind says something else of it.
pub(super) const SAYS_NOTHING: &str = "nothing in the simulation depends on it";

/// The kinds; the first that fits a file is taken.
#[rustfmt::skip] // a table reads best with one row a kind
pub(super) const KINDS: &[Spec] = &[
    // SMS_DeploymentSummary.
    Spec { kind: Kind::Deployment, command: "Get-CMDeployment",
        needs: &["deploymentid", "collectionid"], any: &["featuretype", "softwarename", "deploymentintent"], lacks: &[],
        reads: &["deploymentid", "collectionid", "collectionname", "softwarename", "applicationname", "packageid",
            "programname", "featuretype", "deploymentintent", "deploymenttime", "enforcementdeadline"],
        passes: &[("numbersuccess", "a forecast begins with none installed"), ("numbererrors", "a forecast begins with none installed")] },
    // SMS_Advertisement, of Get-CMPackageDeployment too.
    Spec { kind: Kind::Advertisement, command: "SMS_Advertisement",
        needs: &["advertisementid"], any: &["programname", "packageid"], lacks: &["commandline"],
        reads: &["advertisementid", "advertisementname", "collectionid", "packageid", "programname", "offertype",
            "advertflags", "presenttime", "presenttimeenabled", "expirationtime", "expirationtimeenabled",
            "assignedschedule", "assignedscheduleenabled", "remoteclientflags"],
        passes: &[("includesubcollection", "the members that were exported count"),
            ("mandatorycountdown", "it is the countdown of task sequences alone"),
            ("presenttimeisgmt", "the times are taken for local ones; say `greenwich_mean_time`"),
            ("assignedscheduleisgmt", "the times are taken for local ones; say `greenwich_mean_time`")] },
    // SMS_ServiceWindow.
    Spec { kind: Kind::Window, command: "Get-CMMaintenanceWindow",
        needs: &[], any: &["servicewindowtype", "servicewindowschedules", "servicewindowid"], lacks: &[],
        reads: &["collectionid", "collectionname", "name", "duration", "isenabled", "isgmt", "recurrencetype",
            "servicewindowschedules", "servicewindowtype", "starttime"],
        passes: &[("description", "the schedule says the same")] },
    // SMS_Collection.
    Spec { kind: Kind::Collection, command: "Get-CMCollection",
        needs: &["collectionid", "name"], any: &["collectiontype", "limittocollectionid", "limittocollectionname", "collectionrules", "includeexcludecollectionscount"], lacks: &[],
        reads: &["collectionid", "name", "collectiontype", "membercount"],
        passes: &[("limittocollectionid", "the members that were exported count"), ("collectionrules", "the members that were exported count")] },
    // SMS_Program.
    Spec { kind: Kind::Program, command: "Get-CMProgram",
        needs: &["programname"], any: &["commandline", "programflags"], lacks: &["advertisementid"],
        reads: &["packageid", "programname", "commandline", "duration", "diskspacereq", "programflags", "dependentprogram"],
        passes: &[("supportedoperatingsystems", "an export has it as objects only; say `platforms` of the program"),
            ("driveletter", "say so in the command line")] },
    // SMS_Package.
    Spec { kind: Kind::Package, command: "Get-CMPackage",
        needs: &["packageid"], any: &["packagesize", "pkgsourcepath", "pkgsourceflag", "storedpkgpath"], lacks: &["programname", "deploymentid"],
        reads: &["packageid", "name", "manufacturer", "version", "packagesize", "pkgsourceflag", "pkgsourcepath"],
        passes: &[("priority", "packages are on their distribution points from the start; see `sent` of a package"),
            ("sourceversion", "packages are on their distribution points from the start; see `sent` of a package")] },
    // SMS_Application.
    Spec { kind: Kind::Application, command: "Get-CMApplication",
        needs: &["localizeddisplayname"], any: &["modelname", "sdmpackageversion", "ciuniqueid", "ciid"], lacks: &[],
        reads: &[], passes: &[] },
    // SMS_BoundaryGroupRelationships.
    Spec { kind: Kind::Relationship, command: "Get-CMBoundaryGroupRelationship",
        needs: &[], any: &["sourcegroupid", "sourcegroupname"], lacks: &[],
        reads: &["sourcegroupid", "sourcegroupname", "destinationgroupid", "destinationgroupname", "fallbackdp"],
        passes: &[("fallbackmp", "management points are not searched by boundary group"),
            ("fallbacksup", "there are no software update points"), ("fallbacksmp", "there are no state migration points")] },
    // SMS_BoundaryGroupSiteSystems.
    Spec { kind: Kind::GroupServer, command: "Get-CMBoundaryGroupSiteSystem",
        needs: &["groupid", "servernalpath"], any: &[], lacks: &[],
        reads: &["groupid", "servernalpath"], passes: &[] },
    // SMS_DistributionPointGroup.
    Spec { kind: Kind::PointGroup, command: "Get-CMDistributionPointGroup",
        needs: &["groupid", "name"], any: &["contentcount", "outofsynccontentcount", "collectioncount", "hasmember"], lacks: &[],
        reads: &[], passes: &[] },
    // SMS_BoundaryGroup.
    Spec { kind: Kind::Group, command: "Get-CMBoundaryGroup",
        needs: &["groupid", "name"], any: &["sitesystemcount", "defaultsitecode", "groupguid", "shared", "membercount"], lacks: &["boundarytype"],
        reads: &["groupid", "name"],
        passes: &[("defaultsitecode", "clients are assigned already")] },
    // SMS_BoundaryGroupMembers.
    Spec { kind: Kind::GroupBoundary, command: "SMS_BoundaryGroupMembers",
        needs: &["boundaryid", "groupid"], any: &[], lacks: &["value"],
        reads: &["boundaryid", "groupid"], passes: &[] },
    // SMS_Boundary.
    Spec { kind: Kind::Boundary, command: "Get-CMBoundary",
        needs: &["boundarytype", "value"], any: &[], lacks: &[],
        reads: &["boundaryid", "boundarytype", "value", "displayname", "groupid", "groupname"],
        passes: &[("boundaryflags", "it is obsolete (SMS_Boundary)")] },
    // SMS_SCI_SysResUse.
    Spec { kind: Kind::Role, command: "Get-CMSiteRole",
        needs: &["rolename"], any: &["networkospath", "nalpath"], lacks: &[],
        reads: &["rolename", "networkospath", "nalpath", "sitecode"], passes: &[] },
    // SMS_DistributionPointInfo.
    Spec { kind: Kind::Point, command: "Get-CMDistributionPointInfo",
        needs: &["nalpath"], any: &["ispulldp", "isprotected", "ispeerdp", "bitsenabled", "ispxe", "servicetype"], lacks: &[],
        reads: &["name", "servername", "nalpath", "isprotected", "bitsenabled", "ispeerdp"],
        passes: &[("ispulldp", "packages are on their distribution points from the start; see `sent` of a package"),
            ("transferrate", "packages are on their distribution points from the start; see `[address]`"),
            ("ratelimitsenabled", "packages are on their distribution points from the start; see `[address]`"),
            ("priority", "packages are on their distribution points from the start; see `sent` of a package")] },
    // SMS_Site.
    Spec { kind: Kind::Site, command: "Get-CMSite",
        needs: &["sitecode", "servername"], any: &["reportingsitecode", "sitename"], lacks: &["nalpath", "rolename"],
        reads: &["sitecode", "sitename", "servername", "reportingsitecode", "version"], passes: &[] },
    Spec { kind: Kind::AdTrust, command: "Get-ADTrust",
        needs: &["direction"], any: &["trusttype", "trustattributes", "target", "foresttransitive"], lacks: &[],
        reads: &["source", "target", "name", "direction", "intraforest", "foresttransitive", "trustattributes"],
        passes: &[("selectiveauthentication", "accounts of a trusted domain are accepted everywhere; say so in access lists")] },
    Spec { kind: Kind::AdController, command: "Get-ADDomainController",
        needs: &["hostname"], any: &["isreadonly", "isglobalcatalog", "operationmasterroles", "ntdssettingsobjectdn", "serverobjectdn", "forest", "ldapport"], lacks: &[],
        reads: &["hostname", "domain", "forest", "site", "operationmasterroles"],
        passes: &[("isreadonly", "controllers are alike: each validates every logon")] },
    Spec { kind: Kind::AdDomain, command: "Get-ADDomain",
        needs: &["dnsroot", "netbiosname"], any: &[], lacks: &[],
        reads: &["dnsroot", "netbiosname", "forest", "pdcemulator"], passes: &[] },
    Spec { kind: Kind::AdPolicy, command: "Get-ADDefaultDomainPasswordPolicy",
        needs: &["lockoutthreshold"], any: &["lockoutduration", "lockoutobservationwindow"], lacks: &[],
        reads: &["distinguishedname", "lockoutthreshold", "lockoutduration", "lockoutobservationwindow"], passes: &[] },
    Spec { kind: Kind::AdLink, command: "Get-ADReplicationSiteLink",
        needs: &["name", "sitesincluded"], any: &[], lacks: &[],
        reads: &["name", "cost", "sitesincluded"],
        passes: &[("replicationfrequencyinminutes", "controllers know of a change after `replication` of a domain")] },
    Spec { kind: Kind::AdSubnet, command: "Get-ADReplicationSubnet",
        needs: &["name", "site"], any: &["distinguishedname", "objectclass"], lacks: &["dnshostname", "operatingsystem", "domain"],
        reads: &["name", "site"], passes: &[] },
    Spec { kind: Kind::AdSite, command: "Get-ADReplicationSite",
        needs: &["name"], any: &["intersitetopologygenerator", "universalgroupcachingenabled", "topologycleanupenabled",
            "automaticintersitetopologygenerationenabled", "replicationschedule", "managedby"], lacks: &["dnshostname", "operatingsystem", "domain"],
        reads: &["name"], passes: &[] },
    // SMS_FullCollectionMembership, and Get-CMCollectionMember with the collection's ID beside it.
    Spec { kind: Kind::Member, command: "Get-CMCollectionMember",
        needs: &["collectionid"], any: &["name", "devicename", "netbiosname", "computername"], lacks: &[],
        reads: &["collectionid", "name", "devicename", "netbiosname", "computername"], passes: &[] },
];

impl Kind {
    pub(super) fn spec(self) -> &'static Spec {
        let found = KINDS.iter().find(|spec| spec.kind == self);
        found.expect("every kind has a row in the table")
    }

    /// Whether it is of SMS 2003 or Configuration Manager, rather than of the directory.
    pub(super) const fn is_of_sms(self) -> bool {
        !matches!(
            self,
            Self::AdController
                | Self::AdTrust
                | Self::AdDomain
                | Self::AdPolicy
                | Self::AdLink
                | Self::AdSubnet
                | Self::AdSite
        )
    }

    /// Whether SMS 2003 has no such class.
    pub(super) const fn is_of_configuration_manager(self) -> bool {
        matches!(
            self,
            Self::Deployment
                | Self::Window
                | Self::Application
                | Self::Relationship
                | Self::GroupServer
                | Self::PointGroup
                | Self::Group
                | Self::GroupBoundary
                | Self::Boundary
                | Self::Point
        )
    }
}

impl Spec {
    fn fits(&self, headings: &[String]) -> bool {
        let has = |wanted: &&str| headings.iter().any(|heading| heading == *wanted);
        self.needs.iter().all(&has)
            && (self.any.is_empty() || self.any.iter().any(&has))
            && !self.lacks.iter().any(has)
    }

    /// Why the column headed `normal` is not read; none if it is.
    pub(super) fn passed(&self, normal: &str) -> Option<&'static str> {
        if self.reads.contains(&normal) {
            return None;
        }
        let reason = self.passes.iter().find(|(heading, _)| *heading == normal);
        Some(reason.map_or(SAYS_NOTHING, |(_, reason)| reason))
    }
}

/// The kind of a file with these headings, in normal form. A table with no more
/// than names that stand in the partition for the configuration of a directory is
/// recognised by these.
pub(super) fn kind(headings: &[String], first_path: &str) -> Option<&'static Spec> {
    let path = first_path.to_ascii_lowercase();
    let of_directory = [
        (
            ",cn=inter-site transports,cn=sites,cn=configuration,",
            Kind::AdLink,
        ),
        (",cn=subnets,cn=sites,cn=configuration,", Kind::AdSubnet),
        (",cn=sites,cn=configuration,", Kind::AdSite),
    ];
    let by_headings = KINDS.iter().find(|spec| spec.fits(headings));
    by_headings.or_else(|| {
        let found = of_directory.iter().find(|(part, _)| path.contains(part));
        found.map(|(_, kind)| kind.spec())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_one_row_and_is_recognised_by_what_it_needs() {
        for spec in KINDS {
            let mut headings: Vec<String> = spec.needs.iter().map(|h| (*h).to_owned()).collect();
            headings.extend(spec.any.first().map(|h| (*h).to_owned()));
            let found = kind(&headings, "").map(|spec| spec.kind);
            assert_eq!(found, Some(spec.kind), "{headings:?}");
            assert_eq!(
                KINDS.iter().filter(|other| other.kind == spec.kind).count(),
                1
            );
        }
    }

    #[test]
    fn what_is_read_is_not_passed() {
        for spec in KINDS {
            assert!(
                spec.passes
                    .iter()
                    .all(|(heading, _)| !spec.reads.contains(heading))
            );
            assert!(
                spec.reads
                    .iter()
                    .all(|heading| spec.passed(heading).is_none())
            );
        }
    }
}
