//! What the kernel says of this process.

use std::error::Error;
use std::fs;
use std::path::Path;
use std::process::Command;

/// CPU time of this thread, which other processes on the machine cannot lengthen.
pub struct Clock(u64);

impl Clock {
    /// Begins to count.
    pub fn start() -> Result<Self, Box<dyn Error>> {
        nanoseconds().map(Self)
    }

    /// Seconds since the start.
    pub fn seconds(&self) -> Result<f64, Box<dyn Error>> {
        Ok(nanoseconds()?.saturating_sub(self.0) as f64 / 1e9)
    }
}

/// The first figure of `schedstat`: nanoseconds spent on a CPU (Linux, Documentation/scheduler/sched-stats).
fn nanoseconds() -> Result<u64, Box<dyn Error>> {
    // The kernel brings the figure up to date at its own tick, every few milliseconds, or when a thread gives way.
    std::thread::yield_now();
    let text = fs::read_to_string("/proc/thread-self/schedstat")?;
    Ok(text.split_whitespace().next().ok_or("schedstat is empty")?.parse()?)
}

/// Memory in RAM, in KiB.
pub fn resident_kib() -> Result<usize, Box<dyn Error>> {
    let text = fs::read_to_string("/proc/self/status")?;
    let line = text.lines().find_map(|line| line.strip_prefix("VmRSS:")).ok_or("no VmRSS")?;
    Ok(line.split_whitespace().next().ok_or("no figure")?.parse()?)
}

/// Instructions of one ranking: what valgrind counts for `questions` of them asked twice, less what it counts for asking them once.
/// `None` where there is no valgrind.
pub fn instructions(snapshot: &Path, questions: usize) -> Result<Option<u64>, Box<dyn Error>> {
    let count = |times: &str| -> Result<Option<u64>, Box<dyn Error>> {
        let asked = Command::new("valgrind")
            .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
            .arg(std::env::current_exe()?)
            .arg("--ask")
            .arg(snapshot)
            .args(["--times", times])
            .output();
        let Ok(asked) = asked else { return Ok(None) };
        let said = String::from_utf8_lossy(&asked.stderr).into_owned();
        let collected = said.lines().find_map(|line| line.split_once("Collected : "));
        Ok(collected.map(|(_, count)| count.trim().parse()).transpose()?)
    };
    let (Some(once), Some(twice)) = (count("1")?, count("2")?) else { return Ok(None) };
    Ok(Some((twice - once) / questions as u64))
}
