// Memory for large outputs. The system gives new memory page by page, zeroed, at the first
// touch, which costs more than rotating does; so an output's memory is kept when it is let go,
// for the next one of its size. What is kept is the system's to take back whenever it is short.
#pragma once
#include <ATen/EmptyTensor.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/empty_like.h>
#include <c10/core/CPUAllocator.h>
#if defined(__linux__)
#include <sys/mman.h>
#include <unistd.h>
#endif

#include <list>
#include <mutex>

#include "plan.h"

namespace ropespec {

#if defined(MADV_HUGEPAGE) && defined(MADV_FREE)

namespace {

constexpr int64_t kHugePage = int64_t(2) << 20, kLarge = 4 * kHugePage;

struct Block {
  char* begin;
  int64_t size;
};

// New memory that begins where a huge page can; null where there is none.
char* map_memory(int64_t size) {
  void* found = mmap(nullptr, size + kHugePage, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (found == MAP_FAILED) return nullptr;
  char* whole = static_cast<char*>(found);
  const int64_t before = -reinterpret_cast<intptr_t>(whole) & (kHugePage - 1);
  if (before) munmap(whole, before);
  if (before < kHugePage) munmap(whole + before + size, kHugePage - before);
  madvise(whole + before, size, MADV_HUGEPAGE);
  return whole + before;
}

// A few outputs that were let go last: queries and keys, and their gradients.
class Kept {
 public:
  char* take(int64_t size) {
    std::lock_guard<std::mutex> guard(mutex_);
    for (auto block = blocks_.begin(); block != blocks_.end(); ++block) {
      if (block->size != size) continue;
      char* begin = block->begin;
      total_ -= size;
      blocks_.erase(block);
      return begin;
    }
    return nullptr;
  }

  void give(Block block) {
    if (block.size > kMost) {  // it would push out all the others, and then itself
      munmap(block.begin, block.size);
      return;
    }
    madvise(block.begin, block.size, MADV_FREE);
    std::lock_guard<std::mutex> guard(mutex_);
    blocks_.push_front(block);
    for (total_ += block.size; total_ > kMost || blocks_.size() > kBlocks; blocks_.pop_back()) {
      total_ -= blocks_.back().size;
      munmap(blocks_.back().begin, blocks_.back().size);
    }
  }

 private:
  static constexpr int64_t kMost = int64_t(256) << 20;
  static constexpr size_t kBlocks = 4;
  std::mutex mutex_;
  std::list<Block> blocks_;
  int64_t total_ = 0;
};

Kept& kept() {
  static Kept* const outputs = new Kept;  // tensors may outlive what has a destructor
  return *outputs;
}

void let_go(void* block) {
  kept().give(*static_cast<Block*>(block));
  delete static_cast<Block*>(block);
}

at::Tensor large_like(const at::Tensor& x, int64_t bytes) {
  static const int64_t page = sysconf(_SC_PAGESIZE);
  const int64_t size = (bytes + page - 1) / page * page;
  char* begin = kept().take(size);
  if (!begin) begin = map_memory(size);
  if (!begin) return at::empty_like(x);
  c10::DataPtr memory(begin, new Block{begin, size}, let_go, c10::kCPU);
  at::Tensor out = at::empty({0}, x.options());
  out.set_(c10::Storage(c10::Storage::use_byte_size_t(), bytes, std::move(memory),
                        c10::GetCPUAllocator(), true));
  return out.as_strided_(x.sizes(), x.strides());
}

}  // namespace

#endif

at::Tensor fresh_like(const at::Tensor& x) {
#if defined(MADV_HUGEPAGE) && defined(MADV_FREE)
  const int64_t bytes = x.numel() * x.element_size();
  if (bytes >= kLarge && x.is_non_overlapping_and_dense()) return large_like(x, bytes);
#endif
  if (!x.is_contiguous()) return at::empty_like(x);
  return at::detail::empty_cpu(x.sizes(), x.scalar_type());
}

}  // namespace ropespec
