/* RoPE in C behind the pipe of ropespec: rotate() is the RoPE, the rest carries arrays.

     cc -O2 -o rope rope.c -lm
     ropespec check --exec ./rope --layout half --head-dim 128

   Arrays come raw, after the line that describes them, so that no base64 is needed here. The
   lines are searched for keys rather than parsed: they have no other content than the page on
   the pipe protocol says. A program with a JSON library should use it. */

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What the hello says should be computed. */
static struct {
    int head_dim, rotary_dim, half, last, sign;
    double base;
} config;

/* An array as it comes: format, sizes of its axes, and bytes. */
typedef struct {
    char dtype[16];
    long shape[4], axes, bytes;
    void *data;
} Array;

/* Rotates every pair of one head by position * base^(-2i / rotary_dim). */
static void rotate(double *x, double position) {
    int pairs = config.rotary_dim / 2;
    double *turning = x + (config.last ? config.head_dim - config.rotary_dim : 0);
    for (int i = 0; i < pairs; i++) {
        double angle = config.sign * position * pow(config.base, -2.0 * i / config.rotary_dim);
        double *a = turning + (config.half ? i : 2 * i);
        double *b = turning + (config.half ? i + pairs : 2 * i + 1);
        double x0 = *a, x1 = *b;
        *a = x0 * cos(angle) - x1 * sin(angle);
        *b = x0 * sin(angle) + x1 * cos(angle);
    }
}

static void fail(const char *why) {
    fprintf(stderr, "rope: %s\n", why);
    exit(1);
}

/* Returns what stands after "key": in a line, or NULL. */
static const char *after(const char *line, const char *key) {
    char quoted[40];
    snprintf(quoted, sizeof quoted, "\"%s\":", key);
    const char *found = strstr(line, quoted);
    return found ? found + strlen(quoted) : NULL;
}

static int says(const char *line, const char *key, const char *value) {
    const char *found = after(line, key);
    return found && strncmp(found, value, strlen(value)) == 0;
}

static double number(const char *line, const char *key) {
    const char *found = after(line, key);
    return found ? atof(found) : 0;
}

/* Takes the hello; returns why its configuration is not supported, or NULL. */
static const char *configure(const char *line) {
    config.head_dim = (int)number(line, "head_dim");
    config.rotary_dim = (int)number(line, "rotary_dim");
    config.base = number(line, "base");
    config.sign = (int)number(line, "sign");
    config.last = says(line, "rotary_end", "\"last\"");
    config.half = says(line, "layout", "\"half\"");
    if (!config.half && !says(line, "layout", "\"interleaved\"")) return "layout";
    if (!says(line, "scaling", "null")) return "scaling";
    if (!says(line, "attention_factor", "null")) return "attention_factor";
    if (!says(line, "axes", "[]")) return "axes";
    return NULL;
}

/* Reads the array described next in a line, and its bytes from stdin. */
static const char *receive(const char *line, Array *array) {
    const char *place = after(line, "dtype");
    if (!place || sscanf(place, "\"%15[a-z0-9]\"", array->dtype) != 1) fail("no dtype");
    place = after(place, "shape");
    if (!place) fail("no shape");
    array->axes = 0;
    for (place++; *place != ']' && array->axes < 4; place += *place == ',')
        array->shape[array->axes++] = strtol(place, (char **)&place, 10);
    place = after(place, "bytes");
    array->bytes = place ? atol(place) : 0;
    array->data = malloc(array->bytes + 1);
    if (!array->data) fail("out of memory");
    if (fread(array->data, 1, array->bytes, stdin) != (size_t)array->bytes) fail("cut off");
    return place;
}

/* Writes the answer: the same array with other bytes. */
static void answer(long id, const char *name, const Array *array) {
    printf("{\"id\":%ld,\"arrays\":[{\"name\":\"%s\",\"dtype\":\"%s\",\"shape\":[", id, name,
           array->dtype);
    for (long i = 0; i < array->axes; i++) printf(i ? ",%ld" : "%ld", array->shape[i]);
    printf("],\"bytes\":%ld}]}\n", array->bytes);
    fwrite(array->data, 1, array->bytes, stdout);
}

/* Rotates x (batch, heads, seq, head_dim) by positions (batch, seq). */
static void apply(Array *x, const Array *positions) {
    long heads = x->shape[1], seq = x->shape[2], width = x->shape[3];
    long tokens = x->shape[0] * heads * seq;
    int wide = strcmp(x->dtype, "float64") == 0;
    double *head = malloc(width * sizeof *head);
    for (long token = 0; token < tokens; token++) {
        long batch = token / (heads * seq), place = token % seq;
        int64_t position = ((int64_t *)positions->data)[batch * seq + place];
        double *doubles = (double *)x->data + token * width;
        float *floats = (float *)x->data + token * width;
        for (long i = 0; i < width; i++) head[i] = wide ? doubles[i] : floats[i];
        rotate(head, (double)position);
        for (long i = 0; i < width; i++) {
            if (wide) doubles[i] = head[i];
            else floats[i] = (float)head[i];
        }
    }
    free(head);
}

int main(void) {
    char *line = NULL;
    size_t room = 0;
    while (getline(&line, &room, stdin) > 0) {
        long id = (long)number(line, "id");
        if (says(line, "op", "\"hello\"")) {
            const char *missing = configure(line);
            if (missing)
                printf("{\"id\":%ld,\"error\":\"this %s is not supported\"}\n", id, missing);
            else
                printf("{\"ropespec\":1,\"id\":%ld,\"name\":\"rope.c\",\"signature\":\"x\","
                       "\"dtypes\":[\"float64\",\"float32\"],\"encoding\":\"raw\"}\n", id);
        } else if (says(line, "op", "\"echo\"")) {
            Array x;
            receive(line, &x);
            answer(id, "x", &x);
            free(x.data);
        } else if (says(line, "op", "\"rotate\"")) {
            Array x, positions;
            receive(receive(line, &x), &positions);
            apply(&x, &positions);
            answer(id, "x", &x);
            free(x.data);
            free(positions.data);
        } else {
            printf("{\"id\":%ld,\"error\":\"there is no such operation\"}\n", id);
        }
        fflush(stdout);
    }
    free(line);
    return 0;
}
