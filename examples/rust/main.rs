//! A Rust program on Tailor: all that it allocates comes from the prefixed interface, while C code in the same process
//! keeps the C library's malloc.

use std::alloc::{GlobalAlloc, Layout};
use std::collections::HashMap;
use std::os::raw::c_void;
use std::thread;

extern "C" {
    fn tailor_malloc(size: usize) -> *mut c_void;
    fn tailor_calloc(count: usize, size: usize) -> *mut c_void;
    fn tailor_realloc(block: *mut c_void, size: usize) -> *mut c_void;
    fn tailor_aligned_alloc(alignment: usize, size: usize) -> *mut c_void;
    fn tailor_free(block: *mut c_void);
    fn tailor_malloc_usable_size(block: *mut c_void) -> usize;
}

/// What tailor_malloc() aligns to by itself: that of any object in C.
const ALIGN_OF_MALLOC: usize = 2 * std::mem::size_of::<usize>();

struct Tailor;

// SAFETY: Tailor's functions keep to C's rules, which are those of this trait: blocks of at least the size that is asked
// for, aligned, until they are freed; a null pointer when there is no memory; from any thread.
unsafe impl GlobalAlloc for Tailor {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if layout.align() <= ALIGN_OF_MALLOC {
            tailor_malloc(layout.size()).cast()
        } else {
            tailor_aligned_alloc(layout.align(), layout.size()).cast()
        }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        if layout.align() <= ALIGN_OF_MALLOC {
            return tailor_calloc(1, layout.size()).cast();
        }
        let block = self.alloc(layout);
        if !block.is_null() {
            block.write_bytes(0, layout.size());
        }
        block
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        if layout.align() <= ALIGN_OF_MALLOC {
            return tailor_realloc(block.cast(), new_size).cast();
        }
        // C's realloc() knows nothing of the alignment that the block was asked for with.
        let new_block = self.alloc(Layout::from_size_align_unchecked(new_size, layout.align()));
        if !new_block.is_null() {
            new_block.copy_from_nonoverlapping(block, layout.size().min(new_size));
            self.dealloc(block, layout);
        }
        new_block
    }

    unsafe fn dealloc(&self, block: *mut u8, _layout: Layout) {
        tailor_free(block.cast());
    }
}

#[global_allocator]
static ALLOCATOR: Tailor = Tailor;

#[repr(align(256))]
struct Aligned([u8; 256]);

fn count(seed: usize) -> usize {
    let mut words: HashMap<String, Vec<usize>> = HashMap::new();

    for i in 0..20000 {
        words.entry(format!("word{}", (i * 7919 + seed) % 1000)).or_default().push(i);
    }
    words.values().map(Vec::len).sum()
}

fn main() {
    let threads: Vec<_> = (0..4).map(|seed| thread::spawn(move || count(seed))).collect();
    let total: usize = threads.into_iter().map(|thread| thread.join().unwrap()).sum();

    let mut aligned: Vec<Aligned> = Vec::new();
    for i in 0..100 {
        aligned.push(Aligned([i; 256]));
    }
    let sound = aligned.as_ptr() as usize % 256 == 0 && aligned.iter().enumerate().all(|(i, a)| a.0.iter().all(|&b| b as usize == i));

    // A box is a block of Tailor's: only then it knows how many bytes may be used of it.
    let boxed = Box::new([0u8; 100]);
    let usable = unsafe { tailor_malloc_usable_size(boxed.as_ptr() as *mut c_void) };

    println!("{} entries, aligned: {}, usable of 100 bytes: {}", total, sound, usable);
    assert!(total == 80000 && sound && usable >= 100);
}
