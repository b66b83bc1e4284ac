// Autograd for plain tensors: the way back is the inverse rotation, and nothing is kept but
// the positions. Whatever is not plain goes through the operator of torch.library.
#pragma once
#include <ATen/core/dispatch/Dispatcher.h>
#include <c10/core/impl/TorchDispatchModeTLS.h>
#include <torch/csrc/autograd/VariableTypeUtils.h>
#include <torch/csrc/autograd/function.h>
#include <torch/csrc/autograd/functions/utils.h>
#include <torch/csrc/autograd/saved_variable.h>

#include "fresh.h"
#include "run.h"

namespace ropespec {

namespace {

using torch::autograd::variable_list;

std::array<at::Tensor, 2> through_operator(const Call& call, const at::Tensor& q,
                                           const at::Tensor& k) {
  static const auto op =
      c10::Dispatcher::singleton()
          .findSchemaOrThrow("ropespec::rotate", "")
          .typed<std::tuple<at::Tensor, at::Tensor>(
              const at::Tensor&, const at::Tensor&, const std::optional<at::Tensor>&,
              c10::SymInt, c10::string_view, c10::string_view, bool,
              std::optional<c10::SymInt>)>();
  static const char* const names[] = {"bhsd", "bshd", "thd"};
  std::optional<at::Tensor> positions;
  if (call.positions.defined()) positions = call.positions;
  auto [y, z] = op.call(q, k, positions, call.offset, call.plan->config, names[call.axes],
                        call.inverse, std::nullopt);
  return {y, z};
}

bool dual(const at::Tensor& x) { return x.defined() && x._fw_grad(0).defined(); }

// What has a tangent comes back with the rotation of it: a rotation is linear.
std::array<at::Tensor, 2> turned_back(const Call& back, const at::Tensor& first,
                                      const at::Tensor& second) {
  if (dual(first) || dual(second)) {
    auto value = [](const at::Tensor& x) { return x.defined() ? x._fw_primal(0) : x; };
    auto tangent = [](const at::Tensor& x) {
      return !x.defined() ? x : dual(x) ? x._fw_grad(0) : at::zeros_like(x);
    };
    std::array<at::Tensor, 2> result = turned_back(back, value(first), value(second));
    const auto moved = turned_back(back, tangent(first), tangent(second));
    for (int n = 0; n < 2; ++n)
      if (moved[n].defined()) result[n] = at::_make_dual(result[n], moved[n], 0);
    return result;
  }
  if (plain_thread() && plain(first) && (!second.defined() || plain(second)))
    return rotate_recorded(back, first, second);
  if (second.defined()) return through_operator(back, first, second);
  return {through_operator(back, first, first)[0], at::Tensor()};
}

struct RotateBackward : public torch::autograd::Node {
  Call call;
  torch::autograd::SavedVariable positions;
  bool placed = false;  // whether positions were given and are kept there

  std::string name() const override { return "RotateBackward"; }
  void release_variables() override { positions.reset_data(); }

  variable_list apply(variable_list&& grads) override {
    Call back = call;
    back.inverse = !call.inverse;
    if (placed) back.positions = positions.unpack();
    const at::Tensor& first = grads[0].defined() ? grads[0] : grads.back();
    if (!first.defined()) return variable_list(grads.size());
    const bool both = grads.size() == 2 && grads[0].defined() && grads[1].defined();
    const at::Tensor& second = both ? grads[1] : at::Tensor();
    const std::array<at::Tensor, 2> turned = turned_back(back, first, second);
    if (grads.size() == 1) return {turned[0]};
    if (both) return {turned[0], turned[1]};
    return grads[0].defined() ? variable_list{turned[0], at::Tensor()}
                              : variable_list{at::Tensor(), turned[0]};
  }
};

// Torch's nodes are held by one kind of pointer or another, as its version has it.
using NodePointer = decltype(torch::autograd::Edge::function);

template <class Pointer>
std::pair<Pointer, RotateBackward*> make_node() {
  if constexpr (std::is_same_v<Pointer, std::shared_ptr<torch::autograd::Node>>) {
    auto node = std::make_shared<RotateBackward>();
    return {node, node.get()};
  } else {
    auto node = c10::make_intrusive<RotateBackward>();
    RotateBackward* raw = node.get();
    return {Pointer(std::move(node)), raw};
  }
}

NodePointer recorder(const Call& call) {
  auto [pointer, node] = make_node<NodePointer>();
  node->call = call;
  if (call.positions.defined()) {
    node->positions = torch::autograd::SavedVariable(call.positions, false);
    node->call.positions.reset();
    node->placed = true;
  }
  return pointer;
}

}  // namespace

namespace {
bool only(c10::DispatchKeySet keys, c10::DispatchKeySet usual) {
  return (keys.raw_repr() & ~usual.raw_repr()) == 0;
}
}  // namespace

bool plain(const at::Tensor& x) {
  static const c10::DispatchKeySet usual({c10::DispatchKey::CPU, c10::DispatchKey::AutogradCPU,
                                          c10::DispatchKey::ADInplaceOrView,
                                          c10::DispatchKey::AutocastCPU});
  return only(x.key_set(), usual) && x.layout() == at::kStrided &&
         !x._fw_grad(0).defined();
}

bool plain_thread() {
  static const c10::DispatchKeySet usual({c10::DispatchKey::BackendSelect,
                                          c10::DispatchKey::ADInplaceOrView,
                                          c10::DispatchKey::AutocastCPU});
  const auto keys = c10::impl::tls_local_dispatch_key_set();
  return only(keys.included_, usual) &&
         !c10::impl::TorchDispatchModeTLS::any_modes_set();
}

bool needs_grad(const at::Tensor& x, const at::Tensor& y) {
  return torch::autograd::compute_requires_grad(x, y);
}

void written(const at::Tensor& x) { torch::autograd::increment_version(x); }

std::array<at::Tensor, 2> rotate_recorded(const Call& call, const at::Tensor& q,
                                          const at::Tensor& k) {
  const bool both = k.defined(), record = torch::autograd::compute_requires_grad(q, k);
  NodePointer node;
  if (record) {
    node = recorder(call);
    node->set_next_edges(both ? torch::autograd::collect_next_edges(q, k)
                              : torch::autograd::collect_next_edges(q));
  }
  std::array<at::Tensor, 2> out;
  {
    at::AutoDispatchBelowADInplaceOrView guard;
    out[0] = fresh_like(q);
    if (both) out[1] = fresh_like(k);
    const at::Tensor in[2] = {q, k};
    if (!both || q.scalar_type() == k.scalar_type()) {
      run(call, in, out.data(), both ? 2 : 1);
    } else {
      run(call, in, out.data(), 1);
      run(call, in + 1, out.data() + 1, 1);
    }
  }
  if (record) {
    torch::autograd::set_history(out[0], node);
    if (both) torch::autograd::set_history(out[1], node);
  }
  return out;
}

// What cannot be written in place is refused before anything is.
void check_in_place(const at::Tensor& x) {
  torch::autograd::check_inplace(x, torch::autograd::compute_requires_grad(x));
}

void rotate_recorded_in_place(const Call& call, at::Tensor& x) {
  const bool record = torch::autograd::compute_requires_grad(x);
  NodePointer node;
  if (record) {
    node = recorder(call);
    node->set_next_edges(torch::autograd::collect_next_edges(x));
  }
  {
    at::AutoDispatchBelowADInplaceOrView guard;
    run(call, &x, &x, 1);
  }
  torch::autograd::increment_version(x);
  if (record) torch::autograd::rebase_history(x, node);
}

}  // namespace ropespec
