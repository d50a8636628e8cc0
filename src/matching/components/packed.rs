//! Solutions in few bytes, for an index of a million.
//!
//! Whole numbers of variable length: seven bits a byte, least first. Places in the tables of reference data stand for what is in
//! them, so packed solutions can be read by the same build only.

use super::super::document::Price;
use super::super::vocabulary::{DeploymentOutcome, DeploymentStage, Maturity, Verification};
use super::SolutionView;
use super::region::reach;
use super::view::{DeploymentView, TechnologySet};
use crate::reference::{Bureau, MunicipalityCode, Prefecture, Region, Sector, Technology};

/// Days of deployments are counted from 1 January 2015, near which most of them are.
const FIRST_DAY: i32 = 735_599;

impl SolutionView {
    /// Appends it to `out`.
    pub fn pack(&self, out: &mut Vec<u8>) {
        let Self {
            vendor_place,
            sectors,
            read,
            offered,
            required,
            maturity,
            regions,
            reach: _,
            price,
            lead_months,
            deployments,
            limits,
        } = self;
        let mut pack = Pack(out);
        pack.number(vendor_place.index() as u64);
        pack.sectors(sectors);
        pack.sectors(read);
        pack.technologies(*offered);
        pack.technologies(*required);
        pack.number(*maturity as u64);
        pack.number(regions.len() as u64);
        for region in regions {
            pack.region(*region);
        }
        for amount in [price.initial_min, price.initial_max, price.yearly_min, price.yearly_max] {
            pack.signed(amount);
        }
        pack.signed(lead_months.map(i64::from));
        pack.number(deployments.len() as u64);
        for deployment in deployments {
            pack.deployment(deployment);
        }
        pack.number(limits.len() as u64);
        for limit in limits {
            pack.number(*limit);
        }
    }

    /// What [`SolutionView::pack`] wrote; `None` for anything else.
    pub fn unpack(bytes: &[u8]) -> Option<Self> {
        let mut unpack = Unpack(bytes);
        let mut solution = Self {
            reach: 0,
            vendor_place: MunicipalityCode::at(unpack.index()?)?,
            sectors: unpack.sectors()?,
            read: unpack.sectors()?,
            offered: unpack.technologies()?,
            required: unpack.technologies()?,
            maturity: *Maturity::ALL.get(unpack.index()?)?,
            regions: unpack.many(Unpack::region)?,
            price: Price {
                initial_min: unpack.signed()?,
                initial_max: unpack.signed()?,
                yearly_min: unpack.signed()?,
                yearly_max: unpack.signed()?,
            },
            lead_months: match unpack.signed()? {
                Some(months) => Some(u32::try_from(months).ok()?),
                None => None,
            },
            deployments: unpack.many(Unpack::deployment)?,
            limits: unpack.many(Unpack::number)?,
        };
        solution.reach = reach(&solution.regions);
        unpack.0.is_empty().then_some(solution)
    }
}

struct Pack<'o>(&'o mut Vec<u8>);

impl Pack<'_> {
    fn number(&mut self, mut number: u64) {
        while number >= 0x80 {
            self.0.push(number as u8 | 0x80);
            number >>= 7;
        }
        self.0.push(number as u8);
    }

    /// 0 for nothing; else small numbers of either sign become small ones without.
    fn signed(&mut self, number: Option<i64>) {
        match number {
            None => self.number(0),
            // The one number that has no room beside "nothing"; nothing in matching tells it from its neighbour.
            Some(number) => {
                let number = number.max(i64::MIN + 1);
                self.number((((number << 1) ^ (number >> 63)) as u64).saturating_add(1));
            }
        }
    }

    fn sectors(&mut self, sectors: &[Sector]) {
        self.number(sectors.len() as u64);
        for sector in sectors {
            self.number(sector.index() as u64);
        }
    }

    fn technologies(&mut self, technologies: TechnologySet) {
        let list = technologies.list();
        self.number(list.len() as u64);
        for technology in list {
            self.number(technology.index() as u64);
        }
    }

    fn region(&mut self, region: Region) {
        let (kind, place) = match region {
            Region::Nationwide => (0, 0),
            Region::Bureau(bureau) => (1, bureau.index()),
            Region::Prefecture(prefecture) => (2, usize::from(prefecture.code())),
            Region::Municipality(code) => (3, code.index()),
        };
        self.number((place << 2 | kind) as u64);
    }

    fn deployment(&mut self, deployment: &DeploymentView) {
        let DeploymentView {
            entry,
            municipality,
            sector,
            last_day,
            stage,
            outcome,
            verification,
            begins_group,
        } = *deployment;
        self.number(municipality.map_or(0, |code| code.index() as u64 + 1));
        self.number(sector.index() as u64);
        self.signed(last_day.map(|day| i64::from(day) - i64::from(FIRST_DAY)));
        let flags =
            [stage as u64, (outcome as u64) << 1, (verification as u64) << 3, u64::from(begins_group) << 5];
        self.number(flags.iter().sum());
        self.number(u64::from(entry));
    }
}

struct Unpack<'b>(&'b [u8]);

impl Unpack<'_> {
    fn number(&mut self) -> Option<u64> {
        let mut number = 0;
        for shift in (0..u64::BITS).step_by(7) {
            let (byte, rest) = self.0.split_first()?;
            self.0 = rest;
            number |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Some(number);
            }
        }
        None
    }

    fn index(&mut self) -> Option<usize> {
        usize::try_from(self.number()?).ok()
    }

    #[expect(clippy::option_option, reason = "outside: whether it could be read; inside: what was read")]
    fn signed(&mut self) -> Option<Option<i64>> {
        let number = self.number()?.checked_sub(1);
        Some(number.map(|number| (number >> 1) as i64 ^ -((number & 1) as i64)))
    }

    fn many<T>(&mut self, one: impl Fn(&mut Self) -> Option<T>) -> Option<Box<[T]>> {
        let count = self.index()?;
        // Each takes a byte at least: what claims more than is left is damaged.
        (count <= self.0.len()).then(|| (0..count).map(|_| one(self)).collect())?
    }

    fn sectors(&mut self) -> Option<Box<[Sector]>> {
        self.many(|unpack| Sector::at(unpack.index()?))
    }

    fn technologies(&mut self) -> Option<TechnologySet> {
        let list = self.many(|unpack| Technology::at(unpack.index()?))?;
        Some(TechnologySet::of(&list))
    }

    fn region(&mut self) -> Option<Region> {
        let number = self.index()?;
        let place = number >> 2;
        match number & 3 {
            0 => Some(Region::Nationwide),
            1 => Bureau::at(place).map(Region::Bureau),
            2 => Prefecture::from_code(u8::try_from(place).ok()?).map(Region::Prefecture),
            _ => MunicipalityCode::at(place).map(Region::Municipality),
        }
    }

    fn deployment(&mut self) -> Option<DeploymentView> {
        let municipality = match self.index()?.checked_sub(1) {
            Some(place) => Some(MunicipalityCode::at(place)?),
            None => None,
        };
        let sector = Sector::at(self.index()?)?;
        let last_day = match self.signed()? {
            Some(day) => Some(i32::try_from(day + i64::from(FIRST_DAY)).ok()?),
            None => None,
        };
        let flags = self.index()?;
        Some(DeploymentView {
            entry: u32::try_from(self.number()?).ok()?,
            municipality,
            sector,
            last_day,
            stage: *DeploymentStage::ALL.get(flags & 1)?,
            outcome: *DeploymentOutcome::ALL.get(flags >> 1 & 3)?,
            verification: *Verification::ALL.get(flags >> 3 & 3)?,
            begins_group: flags >> 5 & 1 == 1,
        })
    }
}
