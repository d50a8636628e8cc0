//! Points on the map and the way between them.

/// A point in degrees (WGS 84 or JGD2011; they differ by less than matters here).
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub struct Place {
    /// Degrees north, −90 to 90.
    pub lat: f64,
    /// Degrees east, −180 to 180.
    pub lng: f64,
}

/// Mean radius of the earth (IUGG R₁), in kilometres.
const EARTH_RADIUS_KM: f64 = 6371.0088;

impl Place {
    pub(super) fn from_seed(lat: &str, lng: &str) -> Option<Self> {
        let place = Self { lat: lat.parse().ok()?, lng: lng.parse().ok()? };
        (place.lat.abs() <= 90.0 && place.lng.abs() <= 180.0).then_some(place)
    }

    /// Great-circle distance in kilometres (haversine formula; the error on a sphere, about 0.5 %, is far below
    /// what "near" means here). Symmetric, never NaN, at most half the earth's circumference.
    pub fn distance_km(self, other: Self) -> f64 {
        let (lat_a, lat_b) = (self.lat.to_radians(), other.lat.to_radians());
        let half_lat = ((lat_b - lat_a) / 2.0).sin();
        let half_lng = ((other.lng - self.lng).to_radians() / 2.0).sin();
        let chord = half_lat * half_lat + lat_a.cos() * lat_b.cos() * half_lng * half_lng;
        2.0 * EARTH_RADIUS_KM * chord.clamp(0.0, 1.0).sqrt().asin()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokyo_to_osaka_is_about_four_hundred_kilometres() {
        let tokyo = Place { lat: 35.689_7, lng: 139.692_2 };
        let osaka = Place { lat: 34.686_3, lng: 135.519_6 };
        let distance = tokyo.distance_km(osaka);
        assert!((395.0..400.0).contains(&distance), "{distance}");
        assert!((distance - osaka.distance_km(tokyo)).abs() < 1e-9);
    }

    #[test]
    fn a_place_is_at_no_distance_from_itself() {
        let here = Place { lat: 43.062_089, lng: 141.354_389 };
        assert_eq!(here.distance_km(here), 0.0);
    }

    #[test]
    fn antipodes_are_half_the_circumference_apart() {
        let distance = Place { lat: 90.0, lng: 0.0 }.distance_km(Place { lat: -90.0, lng: 0.0 });
        assert!((distance - std::f64::consts::PI * EARTH_RADIUS_KM).abs() < 1e-6);
    }
}
