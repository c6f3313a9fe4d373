/*!
A sparse cube as the dashboard reads it: key differences and counts, as base64 (`tablero/DATOS.md`).
*/

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

/// A cube of counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EncodedCube {
    /// The names of its dimensions, the most significant first.
    pub dimensiones: Vec<String>,
    /// How many codes each has.
    pub tamanos: Vec<u64>,
    /// The number of non-zero cells.
    pub celdas: usize,
    /// The sum of all counts.
    pub total: u64,
    /// The cells.
    pub datos: String,
}

impl EncodedCube {
    /// The cells with their codes and counts; `None` if this program did not write the cube.
    #[must_use]
    pub fn cells(&self) -> Option<Vec<(Vec<usize>, u64)>> {
        let bytes = STANDARD.decode(&self.datos).ok()?;
        let mut bytes = bytes.iter();
        let mut cells = Vec::new();
        let (mut next, mut total) = (0_u64, 0_u64);
        while !bytes.as_slice().is_empty() {
            let word = read(&mut bytes)?;
            let key = next.checked_add(word / 2)?;
            let count = if word % 2 == 1 { read(&mut bytes)?.checked_add(2)? } else { 1 };
            let mut rest = key;
            let mut codes = vec![0; self.tamanos.len()];
            for (code, size) in codes.iter_mut().zip(&self.tamanos).rev() {
                *code = usize::try_from(rest.checked_rem(*size)?).ok()?;
                rest /= size;
            }
            if rest > 0 {
                return None;
            }
            cells.push((codes, count));
            next = key + 1;
            total = total.checked_add(count)?;
        }
        (cells.len() == self.celdas && total == self.total).then_some(cells)
    }
}

/// A number as [`number`] writes it.
fn read<'a>(bytes: &mut impl Iterator<Item = &'a u8>) -> Option<u64> {
    let mut number = 0;
    for shift in (0..64).step_by(7) {
        let byte = *bytes.next()?;
        number |= u64::from(byte & 127) << shift;
        if byte < 128 {
            return Some(number);
        }
    }
    None
}

/// A dimension: its name, and how many codes it has.
pub(super) type EncodedDimension = (&'static str, usize);

/// Collects single events, each by its codes in mixed base.
pub(super) struct CubeEncoder {
    dimensions: Vec<EncodedDimension>,
    keys: Vec<u64>,
}

impl CubeEncoder {
    pub fn new(dimensions: &[EncodedDimension]) -> Self {
        Self { dimensions: dimensions.to_vec(), keys: Vec::new() }
    }

    /// Counts one thing; `codes` are in the order of the dimensions.
    pub fn add(&mut self, codes: impl IntoIterator<Item = usize>) {
        let sizes = self.dimensions.iter().map(|(_, size)| *size as u64);
        self.keys.push(sizes.zip(codes).fold(0, |key, (size, code)| key * size + code as u64));
    }

    /// Encodes the cube. The result does not depend on the order of counting.
    pub fn cube(mut self) -> EncodedCube {
        self.keys.sort_unstable();
        let mut bytes = Vec::new();
        let mut next = 0;
        let mut cells = 0;
        for cell in self.keys.chunk_by(|a, b| a == b) {
            let (key, count) = (cell[0], cell.len() as u64);
            number((key - next) * 2 + u64::from(count > 1), &mut bytes);
            if count > 1 {
                number(count - 2, &mut bytes);
            }
            next = key + 1;
            cells += 1;
        }
        EncodedCube {
            dimensiones: self.dimensions.iter().map(|(name, _)| (*name).to_owned()).collect(),
            tamanos: self.dimensions.iter().map(|(_, size)| *size as u64).collect(),
            celdas: cells,
            total: self.keys.len() as u64,
            datos: STANDARD.encode(&bytes),
        }
    }
}

/// LEB128: seven bits to a byte, the least significant first.
fn number(mut number: u64, into: &mut Vec<u8>) {
    while number >= 128 {
        into.push((number & 127) as u8 | 128);
        number >>= 7;
    }
    into.push(number as u8);
}

#[cfg(test)]
mod tests {
    use super::*;

    const DIMENSIONS: [EncodedDimension; 8] = [
        ("fecha", 2),
        ("entidad", 2),
        ("pais", 1),
        ("sexo", 2),
        ("modalidad", 1),
        ("tipo_credencial", 1),
        ("medio", 1),
        ("estatus", 1),
    ];

    /// The worked example of `tablero/DATOS.md`.
    #[test]
    fn the_worked_example_is_written_as_it_is_described() {
        let mut counter = CubeEncoder::new(&DIMENSIONS);
        for (codes, count) in [([1, 1, 0, 0], 300), ([0, 0, 0, 0], 1), ([0, 1, 0, 1], 5)] {
            for _ in 0..count {
                counter.add(codes.into_iter().chain([0; 4]));
            }
        }
        let json = serde_json::to_string(&counter.cube()).unwrap();
        let described = include_str!("../../../tablero/DATOS.md").split("    {\"dimensiones\":[").nth(1).unwrap();
        let described = described.split("\n\n").next().unwrap().replace("\n     ", "");
        assert_eq!(json, format!("{{\"dimensiones\":[{described}"));
    }

    #[test]
    fn a_cube_of_nothing_is_empty() {
        let cube = CubeEncoder::new(&DIMENSIONS).cube();
        assert_eq!(cube.cells(), Some(Vec::new()));
        let EncodedCube { celdas, total, datos, .. } = cube;
        assert_eq!((celdas, total, datos.as_str()), (0, 0, ""));
    }

    #[test]
    fn a_cube_is_read_as_it_was_written_and_no_other() {
        let mut counter = CubeEncoder::new(&DIMENSIONS);
        let all = [([0, 0, 0, 0, 0, 0, 0, 0], 1), ([0, 1, 0, 1, 0, 0, 0, 0], 2), ([1, 1, 0, 1, 0, 0, 0, 0], 400)];
        for (codes, count) in all {
            for _ in 0..count {
                counter.add(codes);
            }
        }
        let cube = counter.cube();
        assert_eq!(cube.cells(), Some(all.iter().map(|(codes, count)| (codes.to_vec(), *count)).collect()));
        let changes: [fn(&mut EncodedCube); 5] = [
            |cube| cube.total += 1,
            |cube| cube.celdas += 1,
            |cube| cube.datos.truncate(4),
            |cube| cube.datos = "////////////////".to_owned(),
            |cube| cube.tamanos[0] = 1,
        ];
        for change in changes {
            let mut other = cube.clone();
            change(&mut other);
            assert_eq!(other.cells(), None, "{other:?}");
        }
    }

    #[test]
    fn numbers_of_more_than_seven_bits_take_more_bytes() {
        let bytes = |value| {
            let mut bytes = Vec::new();
            number(value, &mut bytes);
            bytes
        };
        assert_eq!(bytes(127), [127]);
        assert_eq!(bytes(128), [128, 1]);
        assert_eq!(bytes(298), [0xaa, 2]);
        assert_eq!(bytes(1 << 52).len(), 8);
    }
}
