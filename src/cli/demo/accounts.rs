//! Who can sign in to the demonstration.

/// One sign-in.
pub(super) struct SignIn {
    /// Locale key of the role.
    pub(super) role: &'static str,
    /// Address.
    pub(super) email: &'static str,
    /// Which organization: a municipality's code, a bureau's slug, a vendor's key.
    pub(super) organization: &'static str,
}

/// The password of all of them. The demonstration listens on loopback only.
pub(super) const PASSWORD: &str = "hashi-wo-wataru-2026";

/// Deputy of a snowy town in Hokkaido.
pub(super) const TOWN: SignIn =
    SignIn { role: "demo.role.municipality", email: "town@demo.example", organization: "012106" };
/// A vendor with several deployments.
pub(super) const VENDOR: SignIn =
    SignIn { role: "demo.role.vendor", email: "vendor@demo.example", organization: "soradoke-nouki" };
/// The bureau in charge of that town.
pub(super) const BUREAU: SignIn =
    SignIn { role: "demo.role.bureau", email: "bureau@demo.example", organization: "hokkaido" };
/// Who runs the service.
pub(super) const OPERATOR: SignIn =
    SignIn { role: "demo.role.operator", email: "operator@demo.example", organization: "" };

/// All of them, in the order they are printed.
pub(super) const ALL: [&SignIn; 4] = [&TOWN, &VENDOR, &BUREAU, &OPERATOR];
