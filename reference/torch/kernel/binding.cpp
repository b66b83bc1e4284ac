// What Python calls. A call that is not as simple as can be gets None, and Python takes the
// longer way; nothing is judged twice. One file with all that needs torch's headers, which
// take most of the time that building takes.
#include <ATen/MemoryOverlap.h>
#include <ATen/record_function.h>
#include <Python.h>
#include <torch/csrc/Exceptions.h>
#include <torch/csrc/autograd/grad_mode.h>
#include <torch/csrc/autograd/python_variable.h>

#include "record.h"

namespace ropespec {

namespace {

constexpr const char* kCapsule = "ropespec.plan";

struct Held {
  std::shared_ptr<Plan> plan;
};

Held* held(PyObject* capsule) {
  return static_cast<Held*>(PyCapsule_GetPointer(capsule, kCapsule));
}

std::vector<int64_t> numbers(PyObject* tuple) {
  std::vector<int64_t> result;
  for (Py_ssize_t i = 0; i < PyTuple_Size(tuple); ++i)
    result.push_back(PyLong_AsLongLong(PyTuple_GET_ITEM(tuple, i)));
  return result;
}

std::vector<std::vector<int64_t>> rows(PyObject* tuple) {
  std::vector<std::vector<int64_t>> result;
  for (Py_ssize_t i = 0; i < PyTuple_Size(tuple); ++i)
    result.push_back(numbers(PyTuple_GET_ITEM(tuple, i)));
  return result;
}

// make_plan(config, (head_dim, pairs, sign, axes), segments, runs, passed) -> capsule
PyObject* make_plan(PyObject*, PyObject* args) {
  HANDLE_TH_ERRORS
  const char* config;
  PyObject *sizes, *segments, *runs, *passed;
  if (!PyArg_ParseTuple(args, "sO!O!O!O!", &config, &PyTuple_Type, &sizes, &PyTuple_Type,
                        &segments, &PyTuple_Type, &runs, &PyTuple_Type, &passed))
    return nullptr;
  auto plan = std::make_shared<Plan>();
  const auto size = numbers(sizes);
  plan->config = config;
  plan->axes = size.at(3);
  for (const auto& n : rows(segments)) {
    const bool read = n.at(6) != 0, write = n.at(7) != 0;
    plan->segments.push_back({n[0], n[1], n[2], n[3], n[4], n[5], read, write});
    plan->swapped.push_back({n[0], n[1], n[4], n[5], n[2], n[3], write, read});
  }
  for (const auto& n : rows(runs)) plan->runs.push_back({n.at(0), n.at(1), n.at(2)});
  for (const auto& n : rows(passed)) plan->passed.push_back({n.at(0), n.at(1)});
  if (PyErr_Occurred()) return nullptr;
  bool crossing = false;
  for (const Segment& part : plan->segments)
    crossing |= part.read_first != part.write_first || part.read_second != part.write_second;
  const int64_t block = std::min<int64_t>(kBlock, std::max<int64_t>(1, 8192 / size[1]));
  plan->head = {size[0], size[1], size[2], block, plan->segments.data(),
                int64_t(plan->segments.size()), plan->runs.data(), int64_t(plan->runs.size()),
                plan->passed.data(), int64_t(plan->passed.size()), crossing};
  plan->back = plan->head;
  plan->back.segments = plan->swapped.data();
  return PyCapsule_New(new Held{plan}, kCapsule, [](PyObject* capsule) {
    delete held(capsule);
  });
  END_HANDLE_TH_ERRORS
}

// set_tables(plan, (tensor, ...), marks)
PyObject* set_tables(PyObject*, PyObject* args) {
  HANDLE_TH_ERRORS
  PyObject *capsule, *levels, *marks;
  if (!PyArg_ParseTuple(args, "OO!O", &capsule, &PyTuple_Type, &levels, &marks)) return nullptr;
  Held* mine = held(capsule);
  if (!mine) return nullptr;
  auto tables = std::make_shared<Tables>();
  for (Py_ssize_t i = 0; i < PyTuple_Size(levels); ++i)
    tables->levels.push_back(THPVariable_Unpack(PyTuple_GET_ITEM(levels, i)));
  tables->marks = THPVariable_Unpack(marks);
  for (const at::Tensor& level : tables->levels)
    TORCH_CHECK(level.is_contiguous() && level.scalar_type() == at::kDouble &&
                    level.size(0) == kRows && level.size(1) == 2 * mine->plan->head.pairs,
                "ropespec: a table of the wrong form");
  TORCH_CHECK(tables->marks.is_contiguous() && tables->marks.scalar_type() == at::kByte &&
                  tables->marks.numel() >= kRows * int64_t(tables->levels.size()) &&
                  tables->levels.size() <= kLevels,
              "ropespec: marks of the wrong form");
  mine->plan->tables = tables;  // under the interpreter's lock, as every reader takes it
  Py_RETURN_NONE;
  END_HANDLE_TH_ERRORS
}

bool is_tensor(PyObject* object) { return THPVariable_CheckExact(object); }

bool fits(const Plan& plan, const at::Tensor& x, int axes) {
  const auto type = x.scalar_type();
  return x.dim() == (axes == 2 ? 3 : 4) && x.size(-1) == plan.head.head_dim &&
         (type == at::kFloat || type == at::kBFloat16 || type == at::kHalf ||
          type == at::kDouble);
}

bool positions_fit(const Plan& plan, const at::Tensor& p, const Shape& shape) {
  const int64_t lead = p.dim() - (plan.axes ? 1 : 0);
  if (plan.axes && (lead < 1 || p.size(-1) != plan.axes)) return false;
  if (lead == 1) return p.size(0) == shape.seq;
  return lead == 2 && p.size(1) == shape.seq && (p.size(0) == shape.batch || p.size(0) == 1);
}

// Whether the tables have the rows of a position's digits.
bool covered(const Tables& tables, int64_t position) {
  uint64_t size = position < 0 ? 0 - uint64_t(position) : uint64_t(position);
  const uint8_t* marks = tables.marks.const_data_ptr<uint8_t>();
  for (size_t place = 0; place == 0 || size; ++place, size >>= kDigitBits, marks += kRows) {
    const uint64_t digit = size & (kRows - 1);
    if (place && !digit) continue;
    if (place >= tables.levels.size() || !marks[digit]) return false;
  }
  return true;
}

bool covered(const Call& call, int64_t seq) {
  if (!call.tables) return false;
  if (!call.positions.defined()) {
    for (int64_t s = 0; s < seq; ++s)
      if (!covered(*call.tables, call.offset + s)) return false;
    return true;
  }
  const at::Tensor dense = call.positions.contiguous();
  const int64_t* p = dense.const_data_ptr<int64_t>();
  for (int64_t i = 0, n = dense.numel(); i < n; ++i)
    if (!covered(*call.tables, p[i])) return false;
  return true;
}

bool rows_fit(const Plan& plan, const at::Tensor& rows, const Shape& shape) {
  return rows.dim() == 3 && (rows.size(0) == 1 || rows.size(0) == shape.batch) &&
         rows.size(1) == shape.seq && rows.size(2) == plan.head.pairs &&
         rows.is_contiguous() &&
         (rows.scalar_type() == at::kDouble || rows.scalar_type() == at::kFloat);
}

// As torch's own operations judge it: interleaved views of one buffer are the caller's care.
bool overlaps(const at::Tensor& x, const at::Tensor& y) {
  const auto found = at::get_overlap_status(x, y);
  return found == at::MemOverlapStatus::Full || found == at::MemOverlapStatus::Partial;
}

bool writable(const at::Tensor& x) {
  return at::has_internal_overlap(x) != at::MemOverlap::Yes;
}

// rotate(plan, q, k, positions, offset, axes, inverse, inplace, out_q, out_k, cos, sin)
// `positions` may be the first one, an int.
// It gives (q, k), or False where rows of the tables are missing, or None.
PyObject* rotate(PyObject*, PyObject* const* args, Py_ssize_t count) {
  HANDLE_TH_ERRORS
  if (count != 12) {
    PyErr_SetString(PyExc_TypeError, "rotate takes 12 arguments");
    return nullptr;
  }
  Held* mine = held(args[0]);
  if (!mine) return nullptr;
  const bool alone = args[2] == Py_None;
  if (!is_tensor(args[1]) || !(alone || is_tensor(args[2])) || !plain_thread()) Py_RETURN_NONE;
  Call call;
  call.plan = mine->plan;
  call.tables = mine->plan->tables;
  call.axes = int(PyLong_AsLong(args[5]));
  call.inverse = PyObject_IsTrue(args[6]) == 1;
  const Plan& plan = *call.plan;
  at::Tensor x[2] = {THPVariable_Unpack(args[1]),
                     alone ? at::Tensor() : THPVariable_Unpack(args[2])};
  if (!plain(x[0]) || !fits(plan, x[0], call.axes)) Py_RETURN_NONE;
  const Shape shape = shape_of(x[0], call.axes);
  if (!alone) {
    if (!plain(x[1]) || !fits(plan, x[1], call.axes)) Py_RETURN_NONE;
    const Shape other = shape_of(x[1], call.axes);
    if (other.batch != shape.batch || other.seq != shape.seq) Py_RETURN_NONE;
  }
  if (args[10] != Py_None) {
    call.cos = THPVariable_Unpack(args[10]);
    call.sin = THPVariable_Unpack(args[11]);
    if (!rows_fit(plan, call.cos, shape) || !rows_fit(plan, call.sin, shape) ||
        call.cos.scalar_type() != call.sin.scalar_type())
      Py_RETURN_NONE;
    if (needs_grad(x[0], x[1])) Py_RETURN_NONE;
  } else {
    if (x[0].scalar_type() == at::kDouble || (!alone && x[1].scalar_type() == at::kDouble))
      Py_RETURN_NONE;  // the tables are good for float32
    const bool counted = args[3] == Py_None || PyLong_CheckExact(args[3]);
    if (!counted) {
      if (!is_tensor(args[3])) Py_RETURN_NONE;
      call.positions = THPVariable_Unpack(args[3]);
      const auto type = call.positions.scalar_type();
      if (!plain(call.positions) || !positions_fit(plan, call.positions, shape))
        Py_RETURN_NONE;
      if (type == at::kInt || type == at::kShort || type == at::kChar || type == at::kByte)
        call.positions = call.positions.to(at::kLong);
      if (call.positions.scalar_type() != at::kLong) Py_RETURN_NONE;
    } else {
      int overflow = 0;
      PyObject* first = args[3] == Py_None ? args[4] : args[3];
      call.offset = PyLong_AsLongLongAndOverflow(first, &overflow);
      if (overflow || plan.axes ||
          call.offset > INT64_MAX - std::max<int64_t>(0, shape.seq - 1)) {
        PyErr_Clear();
        Py_RETURN_NONE;
      }
      if (call.offset == -1 && PyErr_Occurred()) return nullptr;
    }
    if (!covered(call, shape.seq)) Py_RETURN_FALSE;
  }
  RECORD_FUNCTION("ropespec::rotate", {});
  const bool wide = x[0].numel() > 65536;
  const int in_place = PyObject_IsTrue(args[7]);
  if (in_place < 0) return nullptr;
  if (in_place) {
    const bool shared = !alone && overlaps(x[0], x[1]);
    if (shared || !writable(x[0]) || !(alone || writable(x[1]))) Py_RETURN_NONE;
    {
      std::optional<pybind11::gil_scoped_release> release;
      if (wide) release.emplace();
      if (alone || x[0].scalar_type() != x[1].scalar_type() ||
          needs_grad(x[0], x[1])) {
        check_in_place(x[0]);
        if (!alone) check_in_place(x[1]);
        rotate_recorded_in_place(call, x[0]);
        if (!alone) rotate_recorded_in_place(call, x[1]);
      } else {
        run(call, x, x, 2);
        written(x[0]);
        written(x[1]);
      }
    }
    return alone ? PyTuple_Pack(1, args[1]) : PyTuple_Pack(2, args[1], args[2]);
  }
  if (args[8] != Py_None) {
    if (!is_tensor(args[8]) || !(alone || is_tensor(args[9]))) Py_RETURN_NONE;
    at::Tensor out[2] = {THPVariable_Unpack(args[8]),
                         alone ? at::Tensor() : THPVariable_Unpack(args[9])};
    const int total = alone ? 1 : 2;
    for (int n = 0; n < total; ++n) {
      const bool same = out[n].sizes() == x[n].sizes() &&
                        out[n].scalar_type() == x[n].scalar_type();
      if (!plain(out[n]) || !same || !writable(out[n])) Py_RETURN_NONE;
      for (int m = 0; m < total; ++m)
        if (overlaps(out[n], x[m]) || (m != n && overlaps(out[n], out[m]))) Py_RETURN_NONE;
    }
    if (needs_grad(x[0], x[1]) || needs_grad(out[0], out[1])) Py_RETURN_NONE;
    if (!alone && x[0].scalar_type() != x[1].scalar_type()) Py_RETURN_NONE;
    {
      std::optional<pybind11::gil_scoped_release> release;
      if (wide) release.emplace();
      run(call, x, out, total);
      for (int n = 0; n < total; ++n) written(out[n]);
    }
    return alone ? PyTuple_Pack(1, args[8]) : PyTuple_Pack(2, args[8], args[9]);
  }
  std::array<at::Tensor, 2> turned;
  {
    std::optional<pybind11::gil_scoped_release> release;
    if (wide) release.emplace();
    turned = rotate_recorded(call, x[0], x[1]);
  }
  PyObject* result = PyTuple_New(alone ? 1 : 2);
  PyTuple_SET_ITEM(result, 0, THPVariable_Wrap(std::move(turned[0])));
  if (!alone) PyTuple_SET_ITEM(result, 1, THPVariable_Wrap(std::move(turned[1])));
  return result;
  END_HANDLE_TH_ERRORS
}

PyObject* instructions(PyObject*, PyObject*) {
  return PyUnicode_FromString(chosen_kernels().name);
}

// choose(name): take the kernels of one instruction set, or the "best"; whether they are there
PyObject* choose(PyObject*, PyObject* name) {
  const char* text = PyUnicode_AsUTF8(name);
  if (!text) return nullptr;
  return PyBool_FromLong(choose_kernels(text));
}

// suppose(bytes): act as if the caches were of this size, or with -1 of their own
PyObject* suppose(PyObject*, PyObject* bytes) {
  const int64_t size = PyLong_AsLongLong(bytes);
  if (size == -1 && PyErr_Occurred()) return nullptr;
  choose_cache(size);
  Py_RETURN_NONE;
}

PyMethodDef methods[] = {
    {"make_plan", make_plan, METH_VARARGS, nullptr},
    {"set_tables", set_tables, METH_VARARGS, nullptr},
    {"rotate", reinterpret_cast<PyCFunction>(rotate), METH_FASTCALL, nullptr},
    {"instructions", instructions, METH_NOARGS, nullptr},
    {"choose", choose, METH_O, nullptr},
    {"suppose", suppose, METH_O, nullptr},
    {nullptr, nullptr, 0, nullptr},
};

PyModuleDef module = {PyModuleDef_HEAD_INIT, "ropespec_torch_kernel", nullptr, -1, methods};

}  // namespace

}  // namespace ropespec

PyMODINIT_FUNC PyInit_ropespec_torch_kernel() { return PyModule_Create(&ropespec::module); }
