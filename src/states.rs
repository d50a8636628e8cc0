//! States and the steps between them.

/// Gives a state machine its refusal and its legal steps. The state says in `after(self, step) -> Option<Self>` where a
/// step leads; a condition on the steps, if there is one, tells which of them people can take.
#[macro_export]
macro_rules! walks {
    ($status:ty, $step:ty) => {
        $crate::walks!($status, $step, |_| true);
    };
    ($status:ty, $step:ty, $taken_by_people:expr) => {
        impl $status {
            /// The state after `step`.
            ///
            /// # Errors
            /// `IllegalStep` with the legal ones.
            pub fn step(self, step: $step) -> Result<Self, $crate::failure::Failure> {
                self.after(step).ok_or_else(|| $crate::failure::Failure::IllegalStep {
                    step: step.as_str(),
                    from: self.as_str(),
                    legal: self.legal_steps().map(<$step>::as_str).collect(),
                })
            }

            /// The steps that people can take from here.
            pub fn legal_steps(self) -> impl Iterator<Item = $step> {
                let taken_by_people: fn($step) -> bool = $taken_by_people;
                let all = <$step>::ALL.iter().copied();
                all.filter(move |step| taken_by_people(*step) && self.after(*step).is_some())
            }
        }
    };
}
