/*!
Ends the fuzzer when it allocates a larger block than an input of some kilobytes can need. libFuzzer
itself checks the memory only once a second. Its limit on a single allocation needs a sanitizer.
*/

use std::alloc::{GlobalAlloc, Layout, System};

const LIMIT: usize = 64 << 20;

struct Bounded;

#[global_allocator]
static HEAP: Bounded = Bounded;

fn check(bytes: usize) {
    if bytes > LIMIT {
        eprintln!("an allocation of {bytes} bytes\n{}", std::backtrace::Backtrace::force_capture());
        std::process::abort();
    }
}

// SAFETY: each method passes its call unchanged to the allocator of the system.
unsafe impl GlobalAlloc for Bounded {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        check(layout.size());
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        check(layout.size());
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        check(size);
        unsafe { System.realloc(pointer, layout, size) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        unsafe { System.dealloc(pointer, layout) }
    }
}
