/*!
Limits the records in memory. Their memory is counted while they are read. Records that do not fit
are spilled. Without a spill folder their export is refused with a number, before the kernel ends
the process.
*/

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::export_fault::ExportFault;
use super::record_validation::SHARDS;

/// The memory of a run apart from records: the program, the blocks and the tables. Measured: 100 MB
/// for 20,000 records.
const FIXED_BYTES: u64 = 160 << 20;

/// The minimum budget for records that cannot be spilled: about 200,000. The kernel limits smaller
/// runs.
const MIN_BUDGET_BYTES: u64 = 16 << 20;

/// The minimum budget for records that can be spilled.
const MIN_SPILL_BUDGET_BYTES: u64 = 1 << 20;

/// The memory per record after its file was read: its facts, its folio, and its index entry.
pub(super) const KEPT_BYTES: u64 = 48;

/// The memory that is available to a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AvailableMemory {
    /// The size in bytes.
    pub bytes: u64,
    /// The cause of the limit, in words for messages.
    pub limit_cause: String,
}

/// The memory budget for all records held at a time, shared by all files of a run.
#[derive(Debug)]
pub(super) struct MemoryBudget {
    /// The available memory; `None` means no limit.
    available: Option<AvailableMemory>,
    /// The least that the budget is.
    min_bytes: u64,
    used: AtomicU64,
}

impl MemoryBudget {
    /// A budget of the available memory for records that `can_spill` or must fit.
    pub fn new(available: Option<AvailableMemory>, can_spill: bool) -> Arc<Self> {
        let min_bytes = if can_spill { MIN_SPILL_BUDGET_BYTES } else { MIN_BUDGET_BYTES };
        Arc::new(Self { available, min_bytes, used: AtomicU64::new(0) })
    }

    fn bytes(&self) -> u64 {
        let available = self.available.as_ref().map_or(u64::MAX, |available| available.bytes);
        available.saturating_sub(FIXED_BYTES).max(self.min_bytes)
    }

    /// The number of shards of a file that the rest of the budget can hold at a time, at least one.
    /// The file has `records` records, each of which takes `record_bytes` bytes.
    pub fn shards_at_once(&self, records: u64, record_bytes: u64) -> usize {
        let shard_bytes = (records / SHARDS as u64).saturating_mul(record_bytes).max(1);
        let free = self.bytes().saturating_sub(self.used.load(Ordering::Relaxed));
        usize::try_from(free / shard_bytes).map_or(SHARDS, |shards| shards.clamp(1, SHARDS))
    }
}

/// The share of one file in the budget; dropping it returns the share.
#[derive(Debug, Default)]
pub(super) struct MemoryCharge {
    budget: Option<Arc<MemoryBudget>>,
    bytes: u64,
}

impl MemoryCharge {
    pub fn new(budget: &Arc<MemoryBudget>) -> Self {
        Self { budget: budget.available.is_some().then(|| budget.clone()), bytes: 0 }
    }

    /// Charges the memory that `records` records take while their file is read, with `row_bytes`
    /// bytes per row.
    pub fn charge_records(&mut self, records: u64, row_bytes: usize) -> Result<(), ExportFault> {
        let Some(budget) = &self.budget else { return Ok(()) };
        let per_record = row_bytes as u64 + KEPT_BYTES;
        let wanted = records.saturating_mul(per_record);
        let more = wanted.saturating_sub(self.bytes);
        let others = budget.used.fetch_add(more, Ordering::Relaxed).saturating_sub(self.bytes);
        self.bytes += more;
        if others.saturating_add(self.bytes) <= budget.bytes() {
            return Ok(());
        }
        let available = budget.available.clone().unwrap_or(AvailableMemory { bytes: 0, limit_cause: String::new() });
        Err(ExportFault::TooManyForMemory {
            fit: budget.bytes().saturating_sub(others) / per_record,
            available_mib: available.bytes >> 20,
            set_by: available.limit_cause,
        })
    }

    /// Returns the memory that `records` records no longer need after their file was read.
    pub fn shrink_to_kept(&mut self, records: u64) {
        let kept = records.saturating_mul(KEPT_BYTES).min(self.bytes);
        self.give_back(self.bytes - kept);
    }

    /// Returns all memory, because the records were spilled.
    pub fn clear(&mut self) {
        self.give_back(self.bytes);
    }

    fn give_back(&mut self, bytes: u64) {
        if let Some(budget) = &self.budget {
            budget.used.fetch_sub(bytes, Ordering::Relaxed);
        }
        self.bytes -= bytes;
    }
}

impl Drop for MemoryCharge {
    fn drop(&mut self) {
        self.give_back(self.bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn budget(bytes: u64) -> Arc<MemoryBudget> {
        MemoryBudget::new(Some(AvailableMemory { bytes: FIXED_BYTES + bytes, limit_cause: "a test".to_owned() }), false)
    }

    fn fit(charge: &mut MemoryCharge, records: u64) -> Option<u64> {
        match charge.charge_records(records, 32) {
            Err(ExportFault::TooManyForMemory { fit, .. }) => Some(fit),
            _ => None,
        }
    }

    #[test]
    fn records_are_refused_that_do_not_fit_beside_those_of_other_files() {
        let budget = budget(80 << 20);
        let mut first = MemoryCharge::new(&budget);
        assert_eq!(fit(&mut first, 1 << 20), None, "80 bytes each");
        assert_eq!(fit(&mut first, (1 << 20) + 1), Some(1 << 20));
        drop(first);
        let mut first = MemoryCharge::new(&budget);
        assert_eq!(fit(&mut first, 1 << 19), None);
        let mut second = MemoryCharge::new(&budget);
        assert_eq!(fit(&mut second, 1 << 20), Some(1 << 19));
        drop(second);
        // After reading, a record takes less memory.
        first.shrink_to_kept(1 << 19);
        let mut second = MemoryCharge::new(&budget);
        assert_eq!(fit(&mut second, 1 << 20), Some(((80 - 24) << 20) / 80));
    }

    #[test]
    fn a_small_run_is_never_refused() {
        let budget = budget(0);
        assert_eq!(fit(&mut MemoryCharge::new(&budget), 200_000), None);
        assert_eq!(fit(&mut MemoryCharge::new(&budget), 300_000), Some(MIN_BUDGET_BYTES / 80));
        assert_eq!(fit(&mut MemoryCharge::new(&MemoryBudget::new(None, false)), u64::MAX), None);
        assert_eq!(fit(&mut MemoryCharge::default(), u64::MAX), None);
    }
}
