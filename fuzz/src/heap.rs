/*!
An allocator that ends the program where one piece of memory is larger than any that an input of some
kilobytes may need. libFuzzer looks at the memory once a second, and its own limit on one allocation
needs a sanitizer.
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

// SAFETY: every call is handed on to the system's allocator as it is.
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
