/* The extension module. */
#include "binding.h"

#include <stdlib.h>
#include <string.h>

FoldTable fold_table;
const Simd *simd;

static PyObject *native_open(PyObject *self, PyObject *args) {
    Buffer blob = {0};
    PyObject *object;
    const char *name = NULL;
    (void)self;
    if (!PyArg_ParseTuple(args, "Oz:open", &object, &name)) return NULL;
    if (buffer_get(&blob, object, 8, 0, "table") < 0) return NULL;
    uint8_t *copy = malloc((size_t)blob.view.len);
    if (!copy) {
        buffers_release(&blob, 1);
        return PyErr_NoMemory();
    }
    memcpy(copy, blob.view.buf, (size_t)blob.view.len);
    const size_t size = (size_t)blob.view.len;
    buffers_release(&blob, 1);
    const Simd *chosen = simd_choose(name);
    FoldTable opened;
    if (!chosen || fold_open(&opened, copy, size) < 0) {
        free(copy);
        PyErr_SetString(PyExc_ValueError, chosen ? "not the table this core reads"
                                                 : "this machine lacks that instruction set");
        return NULL;
    }
    /* An earlier blob stays: another thread may be reading it. */
    fold_table = opened;
    simd = chosen;
    return PyUnicode_FromString(simd->name);
}

static PyObject *native_simd(PyObject *self, PyObject *args) {
    (void)self;
    (void)args;
    return PyUnicode_FromString(simd->name);
}

static PyMethodDef methods[] = {
    {"simd", native_simd, METH_NOARGS, NULL},
    {"open", native_open, METH_VARARGS, NULL},
    {"pack", native_pack, METH_VARARGS, NULL},
    {"tokens", native_tokens, METH_VARARGS, NULL},
    {"sketch", native_sketch, METH_VARARGS, NULL},
    {"sketch_texts", native_sketch_texts, METH_VARARGS, NULL},
    {"postings", native_postings, METH_VARARGS, NULL},
    {"pairs", native_pairs, METH_VARARGS, NULL},
    {"count", native_count, METH_VARARGS, NULL},
    {"compare", native_compare, METH_VARARGS, NULL},
    {"tiles", native_tiles, METH_VARARGS, NULL},
    {"runs", native_runs, METH_VARARGS, NULL},
    {"segments", native_segments, METH_VARARGS, NULL},
    {"partners", native_partners, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef module = {
    PyModuleDef_HEAD_INIT, "dedup._native", NULL, -1, methods, NULL, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit__native(void) {
    simd = simd_choose(NULL);
    return PyModule_Create(&module);
}
