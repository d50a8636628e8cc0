//! The permission table of domain.md section 5, row by row.

use super::*;
use crate::accounts::{Locale, MemberId, SessionId};

/// The organizations of the table, all in or around prefecture 1 (Hokkaido).
struct World {
    town: OrganizationId,
    vendor: OrganizationId,
    bureau: OrganizationId,
    operator: OrganizationId,
}

impl World {
    fn new() -> Self {
        Self {
            town: OrganizationId::new(),
            vendor: OrganizationId::new(),
            bureau: OrganizationId::new(),
            operator: OrganizationId::new(),
        }
    }

    fn member(&self, kind: OrganizationKind, role: Role, status: OrganizationStatus) -> Who {
        let organization = match kind {
            OrganizationKind::Municipality => self.town,
            OrganizationKind::Vendor => self.vendor,
            OrganizationKind::Bureau => self.bureau,
            OrganizationKind::Operator => self.operator,
        };
        Who::Member(Box::new(ActingMember {
            member: MemberId::new(),
            session: SessionId::new(),
            role,
            locale: Locale::Ja,
            organization,
            kind,
            status,
            prefecture: Some(1),
            covers: if kind == OrganizationKind::Bureau { vec![1] } else { Vec::new() },
            municipality_code: None,
        }))
    }

    fn approved(&self, kind: OrganizationKind) -> Who {
        self.member(kind, Role::Editor, OrganizationStatus::Approved)
    }
}

use OrganizationKind::{Bureau, Municipality, Operator, Vendor};
use Verdict::{Allow, Deny, Hide, SignIn};

/// One row: an action on a subject, and the verdict for vendor, municipality, bureau, operator and public.
fn row(world: &World, action: Action, subject: &Subject, expected: [Verdict; 5]) {
    let whos = [
        world.approved(Vendor),
        world.approved(Municipality),
        world.approved(Bureau),
        world.approved(Operator),
        Who::Public,
    ];
    for (who, verdict) in whos.iter().zip(expected) {
        assert_eq!(decide(who, action, subject), verdict, "{action:?} by {who:?} on {subject:?}");
    }
}

#[test]
fn the_permission_table_holds_for_the_towns_own_open_challenge() {
    let world = World::new();
    let open = Subject::private(world.town, Some(1)).open_to(Openness::Public);
    row(&world, Action::See, &open, [Allow; 5]);
    row(&world, Action::SeeBudgetFigures, &open, [Allow, Allow, Allow, Allow, SignIn]);
    row(
        &world,
        Action::Edit,
        &open,
        [Deny("owner_only"), Allow, Deny("owner_only"), Deny("owner_only"), SignIn],
    );
    row(&world, Action::Moderate, &open, [Deny("bureaus_only"), Deny("bureaus_only"), Allow, Allow, SignIn]);
    row(&world, Action::Rank, &open, [Deny("owner_only"), Allow, Allow, Allow, SignIn]);
    row(&world, Action::SuggestMatch, &open, [Deny("bureaus_only"), Allow, Allow, Allow, SignIn]);
}

#[test]
fn a_draft_is_hidden_from_all_but_its_owner_and_its_bureau() {
    let world = World::new();
    let draft = Subject::private(world.town, Some(1));
    row(&world, Action::See, &draft, [Hide, Allow, Allow, Allow, Hide]);
    let elsewhere = Subject::private(OrganizationId::new(), Some(13));
    row(&world, Action::See, &elsewhere, [Hide, Hide, Hide, Allow, Hide]);
    row(&world, Action::Moderate, &elsewhere, [Hide, Hide, Hide, Allow, SignIn]);
}

#[test]
fn a_bureau_acts_only_in_the_prefectures_it_covers() {
    let world = World::new();
    let outside = Subject::private(OrganizationId::new(), Some(13)).open_to(Openness::Public);
    assert_eq!(decide(&world.approved(Bureau), Action::Moderate, &outside), Deny("outside_region"));
    assert_eq!(decide(&world.approved(Bureau), Action::Rank, &outside), Deny("outside_region"));
    assert_eq!(decide(&world.approved(Operator), Action::Moderate, &outside), Allow);
}

#[test]
fn a_round_is_run_by_its_bureau_and_the_operator() {
    let world = World::new();
    let round = Subject::private(world.bureau, Some(1)).open_to(Openness::Public);
    row(&world, Action::RunRound, &round, [Deny("bureaus_only"), Deny("bureaus_only"), Allow, Allow, SignIn]);
    let elsewhere = Subject::private(OrganizationId::new(), Some(13)).open_to(Openness::Public);
    assert_eq!(decide(&world.approved(Bureau), Action::RunRound, &elsewhere), Deny("outside_region"));
    let draft = Subject::private(world.bureau, Some(1));
    row(&world, Action::See, &draft, [Hide, Hide, Allow, Allow, Hide]);
    row(
        &world,
        Action::SayAvailability,
        &Subject::default(),
        [Allow, Allow, Deny("parties_only"), Deny("parties_only"), SignIn],
    );
}

#[test]
fn the_parties_of_a_session_and_whoever_holds_its_link_say_what_came_of_it() {
    let world = World::new();
    let session = Subject::private(world.town, Some(1)).with_counterpart(world.vendor, true);
    row(
        &world,
        Action::RecordOutcome,
        &session,
        [Allow, Allow, Deny("parties_only"), Deny("parties_only"), SignIn],
    );
    let planned = Subject { owner: None, ..Subject::private(world.town, Some(1)) }
        .with_counterpart(world.vendor, false);
    row(&world, Action::See, &planned, [Hide, Hide, Allow, Allow, Hide]);
    for action in [Action::RecordOutcome, Action::ConfirmEntry] {
        assert_eq!(decide(&Who::Link, action, &session), Allow);
    }
    assert_eq!(decide(&Who::Link, Action::Edit, &session), SignIn);
}

#[test]
fn a_vendor_calls_for_a_field_and_a_municipality_raises_its_hand() {
    let world = World::new();
    let call = Subject::private(world.vendor, Some(1)).open_to(Openness::Public);
    let vendors = Deny("vendors_call_for_fields");
    row(&world, Action::CallForField, &Subject::default(), [Allow, vendors, vendors, vendors, SignIn]);
    let towns = Deny("municipalities_offer_fields");
    row(&world, Action::OfferField, &call, [towns, Allow, towns, towns, SignIn]);
    row(
        &world,
        Action::OfferField,
        &Subject::private(world.vendor, Some(1)),
        [towns, Hide, towns, towns, SignIn],
    );
}

#[test]
fn every_member_and_whoever_holds_a_mailed_link_may_follow() {
    let world = World::new();
    row(&world, Action::Watch, &Subject::default(), [Allow, Allow, Allow, Allow, SignIn]);
    assert_eq!(decide(&Who::Link, Action::Watch, &Subject::default()), Allow);
}

#[test]
fn each_side_writes_only_its_own_kind_of_thing() {
    let world = World::new();
    let nothing = Subject::default();
    row(
        &world,
        Action::WriteChallenge,
        &nothing,
        [
            Deny("municipalities_only"),
            Allow,
            Deny("municipalities_only"),
            Deny("municipalities_only"),
            SignIn,
        ],
    );
    row(
        &world,
        Action::WriteSolution,
        &nothing,
        [Allow, Deny("vendors_only"), Deny("vendors_only"), Deny("vendors_only"), SignIn],
    );
}

#[test]
fn a_pending_organization_drafts_but_does_not_submit_and_a_suspended_one_does_neither() {
    let world = World::new();
    let own = Subject::private(world.town, Some(1));
    let pending = world.member(Municipality, Role::Editor, OrganizationStatus::Pending);
    assert_eq!(decide(&pending, Action::Edit, &own), Allow);
    assert_eq!(decide(&pending, Action::Submit, &own), Deny("organization_pending"));
    let suspended = world.member(Municipality, Role::Admin, OrganizationStatus::Suspended);
    assert_eq!(decide(&suspended, Action::See, &own), Allow);
    assert_eq!(decide(&suspended, Action::Edit, &own), Deny("organization_suspended"));
}

#[test]
fn viewers_read_and_only_admins_manage_members() {
    let world = World::new();
    let own = Subject::private(world.town, Some(1));
    let viewer = world.member(Municipality, Role::Viewer, OrganizationStatus::Approved);
    assert_eq!(decide(&viewer, Action::See, &own), Allow);
    assert_eq!(decide(&viewer, Action::Edit, &own), Deny("viewers_read_only"));
    assert_eq!(decide(&world.approved(Municipality), Action::ManageMembers, &own), Deny("admins_only"));
    let admin = world.member(Municipality, Role::Admin, OrganizationStatus::Approved);
    assert_eq!(decide(&admin, Action::ManageMembers, &own), Allow);
}

#[test]
fn a_vendor_learns_of_a_match_only_once_it_is_introduced() {
    let world = World::new();
    let suggested = Subject::private(world.town, Some(1)).with_counterpart(world.vendor, false);
    let introduced = Subject::private(world.town, Some(1)).with_counterpart(world.vendor, true);
    assert_eq!(decide(&world.approved(Vendor), Action::AnswerMatch, &suggested), Hide);
    assert_eq!(decide(&world.approved(Vendor), Action::AnswerMatch, &introduced), Allow);
    assert_eq!(decide(&world.approved(Vendor), Action::Moderate, &introduced), Deny("bureaus_only"));
}

#[test]
fn challenges_for_registered_readers_are_hidden_from_the_public_and_from_pending_organizations() {
    let world = World::new();
    let registered = Subject::private(OrganizationId::new(), Some(1)).open_to(Openness::Registered);
    row(&world, Action::See, &registered, [Allow, Allow, Allow, Allow, Hide]);
    let pending = world.member(Vendor, Role::Editor, OrganizationStatus::Pending);
    assert_eq!(decide(&pending, Action::See, &registered), Hide);
}

#[test]
fn the_audit_trail_opens_as_far_as_the_table_says() {
    let world = World::new();
    let actor = |who| Actor { who, origin: Origin::default() };
    assert_eq!(audit_scope(&actor(world.approved(Operator))).ok(), Some(AuditScope::Everything));
    assert_eq!(
        audit_scope(&actor(world.approved(Bureau))).ok(),
        Some(AuditScope::Region(vec![1], world.bureau))
    );
    assert_eq!(audit_scope(&actor(world.approved(Vendor))).ok(), Some(AuditScope::Own(world.vendor)));
    assert!(audit_scope(&actor(Who::Public)).is_err());
}

#[test]
fn a_list_of_matches_reaches_as_far_as_the_caller_moderates_or_is_a_party() {
    let world = World::new();
    let scope = |who| match_scope(&Actor { who, origin: Origin::default() }).ok();
    assert_eq!(scope(world.approved(Operator)), Some(MatchScope::Everything));
    assert_eq!(scope(world.approved(Bureau)), Some(MatchScope::Region(vec![1])));
    assert_eq!(scope(world.approved(Municipality)), Some(MatchScope::Party(world.town)));
    assert_eq!(scope(world.approved(Vendor)), Some(MatchScope::Party(world.vendor)));
    let suspended = world.member(Bureau, Role::Editor, OrganizationStatus::Suspended);
    assert_eq!(scope(suspended), Some(MatchScope::Party(world.bureau)));
    assert_eq!(scope(Who::Public), None);
}

#[test]
fn only_bureaus_and_operators_have_a_moderation_desk() {
    let world = World::new();
    let desk = |who| desk(&Actor { who, origin: Origin::default() });
    assert_eq!(desk(world.approved(Operator)).ok(), Some(Desk::Everywhere));
    assert_eq!(desk(world.approved(Bureau)).ok(), Some(Desk::Region(vec![1])));
    for (who, code) in [
        (world.approved(Municipality), "forbidden"),
        (world.approved(Vendor), "forbidden"),
        (world.member(Bureau, Role::Admin, OrganizationStatus::Suspended), "forbidden"),
        (Who::Public, "unauthenticated"),
    ] {
        assert_eq!(desk(who).unwrap_err().code(), code);
    }
}

#[test]
fn only_parties_and_the_bureau_learn_who_is_behind_an_anonymous_challenge_and_whom_to_write_to() {
    let world = World::new();
    let open = Subject::private(world.town, Some(1)).open_to(Openness::Public);
    let stranger = Deny("parties_only");
    row(&world, Action::SeeContact, &open, [stranger, Allow, Allow, Allow, SignIn]);
    let suggested = open.clone().with_counterpart(world.vendor, false);
    row(&world, Action::SeeContact, &suggested, [stranger, Allow, Allow, Allow, SignIn]);
    let introduced = open.with_counterpart(world.vendor, true);
    row(&world, Action::SeeContact, &introduced, [Allow, Allow, Allow, Allow, SignIn]);
}

#[test]
fn the_moderation_log_is_for_the_owner_and_the_bureau() {
    let world = World::new();
    let open = Subject::private(world.town, Some(1)).open_to(Openness::Public);
    row(&world, Action::SeeModeration, &open, [Deny("owner_only"), Allow, Allow, Allow, SignIn]);
}

#[test]
fn a_bureau_works_on_what_it_entered_on_behalf_of_a_village() {
    let world = World::new();
    let mut entered = Subject::private(world.town, Some(1));
    entered.on_behalf = true;
    for action in [Action::Edit, Action::Submit] {
        row(&world, action, &entered, [Hide, Allow, Allow, Allow, SignIn]);
    }
}

#[test]
fn lists_show_exactly_what_may_be_seen_one_by_one() {
    let world = World::new();
    let kinds = [Vendor, Municipality, Bureau, Operator];
    let statuses = [OrganizationStatus::Pending, OrganizationStatus::Approved, OrganizationStatus::Suspended];
    let whos = kinds
        .iter()
        .flat_map(|kind| statuses.map(|status| world.member(*kind, Role::Viewer, status)))
        .chain([Who::Public, Who::System]);
    for who in whos {
        let actor = Actor { who, origin: Origin::default() };
        let sight = sight(&actor);
        for openness in [Openness::Private, Openness::Registered, Openness::Public] {
            for owner in [world.town, OrganizationId::new()] {
                for may_know in [false, true] {
                    for prefecture in [1, 13] {
                        let subject = Subject::private(owner, Some(prefecture))
                            .open_to(openness)
                            .with_counterpart(world.vendor, may_know);
                        let one_by_one = decide(&actor.who, Action::See, &subject) == Allow;
                        assert_eq!(sight.shows(&subject), one_by_one, "{actor:?} {subject:?}");
                        let known = decide(&actor.who, Action::SeeIdentity, &subject) == Allow;
                        assert_eq!(sight.knows(&subject), known, "{actor:?} {subject:?}");
                    }
                }
            }
        }
    }
}

#[test]
fn a_vendor_never_confirms_its_own_deployment_nor_does_a_bureau_answer_for_a_municipality() {
    let world = World::new();
    let declared = Subject::private(world.vendor, Some(1)).open_to(Openness::Registered);
    let others = Deny("municipalities_confirm");
    row(
        &world,
        Action::ConfirmDeployment,
        &declared,
        [Deny("own_deployment"), Allow, others, others, SignIn],
    );
    assert_eq!(decide(&Who::Link, Action::ConfirmDeployment, &declared), Allow);
    assert_eq!(decide(&Who::Link, Action::Moderate, &declared), SignIn);
}

#[test]
fn members_are_seen_by_colleagues_and_whoever_decides_on_the_organization() {
    let world = World::new();
    let own = Subject::private(world.town, Some(1)).open_to(Openness::Public);
    row(&world, Action::SeeMembers, &own, [Deny("owner_only"), Allow, Allow, Allow, SignIn]);
    let elsewhere = Subject::private(OrganizationId::new(), Some(13)).open_to(Openness::Public);
    assert_eq!(decide(&world.approved(Bureau), Action::SeeMembers, &elsewhere), Deny("owner_only"));
}

#[test]
fn an_organization_is_described_by_its_admins_and_whoever_decides_on_it() {
    let world = World::new();
    let own = Subject::private(world.town, Some(1)).open_to(Openness::Public);
    row(
        &world,
        Action::ManageOrganization,
        &own,
        [Deny("bureaus_only"), Deny("admins_only"), Allow, Allow, SignIn],
    );
    let admin = world.member(Municipality, Role::Admin, OrganizationStatus::Approved);
    assert_eq!(decide(&admin, Action::ManageOrganization, &own), Allow);
}

#[test]
fn only_an_approved_vendor_ranks_challenges_for_the_ranking_tells_their_budgets() {
    let world = World::new();
    let own = Subject::private(world.vendor, Some(1));
    assert_eq!(decide(&world.approved(Vendor), Action::Rank, &own), Allow);
    let pending = world.member(Vendor, Role::Editor, OrganizationStatus::Pending);
    assert_eq!(decide(&pending, Action::Rank, &own), Deny("organization_pending"));
    let suspended = world.member(Vendor, Role::Editor, OrganizationStatus::Suspended);
    assert_eq!(decide(&suspended, Action::Rank, &own), Deny("organization_suspended"));
}

#[test]
fn a_suspended_vendor_no_longer_sees_the_contacts_of_its_introductions() {
    let world = World::new();
    let introduced = Subject::private(world.town, Some(1)).with_counterpart(world.vendor, true);
    let suspended = world.member(Vendor, Role::Admin, OrganizationStatus::Suspended);
    assert_eq!(decide(&suspended, Action::SeeContact, &introduced), Deny("organization_suspended"));
}

#[test]
fn a_sealed_proposal_is_there_for_its_proposer_and_partners_only() {
    let world = World::new();
    let mut sealed = Subject::private(world.vendor, Some(1)).with_counterpart(world.town, false);
    sealed.sealed = true;
    row(&world, Action::See, &sealed, [Allow, Hide, Hide, Hide, Hide]);
    row(&world, Action::Judge, &sealed, [Deny("panel_only"), Hide, Hide, Hide, SignIn]);
    row(&world, Action::Moderate, &sealed, [Deny("bureaus_only"), Hide, Hide, Hide, SignIn]);
    let partner = OrganizationId::new();
    let mut of_another = Subject::private(partner, None).with_counterpart(world.town, false);
    (of_another.sealed, of_another.partners) = (true, vec![world.vendor]);
    row(&world, Action::See, &of_another, [Allow, Hide, Hide, Hide, Hide]);
    row(&world, Action::Edit, &of_another, [Deny("owner_only"), Hide, Hide, Hide, SignIn]);
}

#[test]
fn an_opened_proposal_is_read_by_its_municipality_and_bureau_and_judged_by_the_first_alone() {
    let world = World::new();
    let mut opened = Subject::private(world.vendor, Some(1)).with_counterpart(world.town, true);
    row(&world, Action::See, &opened, [Allow, Allow, Allow, Allow, Hide]);
    let panel = Deny("panel_only");
    row(&world, Action::Judge, &opened, [panel, Allow, panel, panel, SignIn]);
    row(&world, Action::SeePanel, &opened, [panel, Allow, panel, panel, SignIn]);
    row(
        &world,
        Action::Edit,
        &opened,
        [Allow, Deny("owner_only"), Deny("owner_only"), Deny("owner_only"), SignIn],
    );
    opened.conflicted = true;
    let conflicted = decide(&world.approved(Municipality), Action::See, &opened);
    assert_eq!(conflicted, Deny("conflict_declared"));
}

#[test]
fn only_approved_vendors_ask_and_propose() {
    let world = World::new();
    let open = Subject::private(world.town, Some(1)).open_to(Openness::Public);
    for action in [Action::AskQuestion, Action::Propose] {
        let vendors = Deny("vendors_propose");
        row(&world, action, &open, [Allow, vendors, vendors, vendors, SignIn]);
        let pending = world.member(Vendor, Role::Editor, OrganizationStatus::Pending);
        assert_eq!(decide(&pending, action, &open), Deny("organization_pending"));
        let viewer = world.member(Vendor, Role::Viewer, OrganizationStatus::Approved);
        assert_eq!(decide(&viewer, action, &open), Deny("viewers_read_only"));
        let hidden = Subject::private(world.town, Some(1));
        assert_eq!(decide(&world.approved(Vendor), action, &hidden), Hide);
    }
}
