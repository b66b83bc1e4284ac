/* Holds a RoPE in C to test vectors; no Python, no library but libc. rotate() is the RoPE: put
   your own there.

     cc -O2 -o check_vectors check_vectors.c -lm
     ./check_vectors vectors/halves.json

   Exits with 0 when every vector is met, 1 when one is not, 2 when the file is none. The files
   have a line for each key and one for each vector, so lines are searched for keys rather than
   parsed; strtod reads hexadecimal floats. */

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_PAIRS = 1024 };

/* What should be computed. */
static struct {
    int pairs, axes;
    int read[MOST_PAIRS][2], write[MOST_PAIRS][2], axis[MOST_PAIRS];
    double inv_freq[MOST_PAIRS], attention_factor;
    int sign;
} rope;

/* Rotates one head x into y; at has a position for each axis. */
static void rotate(const double *x, double *y, const double *at) {
    for (int i = 0; i < rope.pairs; i++) {
        double angle = rope.sign * at[rope.axis[i]] * rope.inv_freq[i];
        double c = rope.attention_factor * cos(angle), s = rope.attention_factor * sin(angle);
        double x0 = x[rope.read[i][0]], x1 = x[rope.read[i][1]];
        y[rope.write[i][0]] = x0 * c - x1 * s;
        y[rope.write[i][1]] = x0 * s + x1 * c;
    }
}

static void fail(const char *why) {
    fprintf(stderr, "check_vectors: %s\n", why);
    exit(2);
}

/* Returns what stands after "key": in a text. */
static const char *after(const char *text, const char *key) {
    char quoted[40];
    snprintf(quoted, sizeof quoted, "\"%s\":", key);
    const char *found = strstr(text, quoted);
    if (!found) fail("this is no file of `ropespec vectors`: a key is missing");
    return found + strlen(quoted);
}

/* Reads the numbers of a list, quoted or not, nested or not; returns how many. */
static int numbers(const char *text, double *into, int most) {
    int count = 0, depth = 0;
    for (; *text; text++) {
        if (*text == '[') depth++;
        if (*text == ']' && --depth == 0) return count;
        if (!strchr("-0123456789", *text)) continue;
        char *end;
        if (count == most) fail("a list is longer than expected");
        into[count++] = strtod(text, &end);
        text = end - 1;
    }
    fail("a list does not end");
    return 0;
}

static double *list(const char *text, int length) {
    double *values = malloc(sizeof(double) * (size_t)length);
    if (!values || numbers(text, values, length) != length) fail("a list is too short");
    return values;
}

/* Takes the head of the file. */
static void configure(const char *head) {
    double both[2 * MOST_PAIRS], axis[MOST_PAIRS];
    rope.pairs = numbers(after(head, "read"), both, 2 * MOST_PAIRS) / 2;
    for (int i = 0; i < 2 * rope.pairs; i++) rope.read[i / 2][i % 2] = (int)both[i];
    numbers(after(head, "write"), both, 2 * MOST_PAIRS);
    for (int i = 0; i < 2 * rope.pairs; i++) rope.write[i / 2][i % 2] = (int)both[i];
    if (numbers(after(head, "inv_freq"), rope.inv_freq, MOST_PAIRS) != rope.pairs)
        fail("inv_freq does not fit the channels");
    rope.axes = 1;
    int dealt = numbers(after(head, "axis"), axis, MOST_PAIRS);
    for (int i = 0; i < dealt; i++) {
        rope.axis[i] = (int)axis[i];
        if (rope.axis[i] >= rope.axes) rope.axes = rope.axis[i] + 1;
    }
    rope.sign = atoi(after(head, "sign"));
    const char *top = strstr(head, "\n\"attention_factor\": \"");
    rope.attention_factor = top ? strtod(top + strlen("\n\"attention_factor\": \""), NULL) : 1;
}

/* Returns whether a vector is met; says where it is not. */
static int meets(const char *line) {
    double shape[4];
    numbers(after(line, "shape"), shape, 4);
    int heads = (int)shape[1], seq = (int)shape[2], width = (int)shape[3];
    int tokens = (int)shape[0] * heads * seq, size = tokens * width;
    double *at = list(after(line, "positions"), (int)shape[0] * seq * rope.axes);
    double *x = list(after(line, "x"), size);
    double *expected = list(after(line, "expected"), size);
    double *budget = list(after(line, "budget"), size);
    double *y = malloc(sizeof(double) * (size_t)width);
    int good = 1;
    for (int token = 0; token < tokens && good; token++) {
        int place = token / (heads * seq) * seq + token % seq;
        const double *head = x + token * width;
        memcpy(y, head, sizeof(double) * (size_t)width);
        rotate(head, y, at + place * rope.axes);
        for (int c = 0; c < width && good; c++) {
            double off = fabs(y[c] - expected[token * width + c]);
            good = off <= budget[token * width + c];
            if (!good)
                printf("FAIL %.60s position %.0f, channel %d: got %.6g, expected %.6g\n",
                       after(line, "id"), at[place * rope.axes], c, y[c],
                       expected[token * width + c]);
        }
    }
    free(at), free(x), free(expected), free(budget), free(y);
    return good;
}

int main(int count, char **words) {
    if (count != 2) fail("name one file, for example vectors/halves.json");
    FILE *file = fopen(words[1], "rb");
    if (!file) fail("the file cannot be read");
    fseek(file, 0, SEEK_END);
    long size = ftell(file);
    rewind(file);
    char *text = calloc(1, (size_t)size + 1);
    if (!text || fread(text, 1, (size_t)size, file) != (size_t)size) fail("it cannot be read");
    char *vectors = strstr(text, "\"vectors\": [");
    if (!vectors) fail("this is no file of `ropespec vectors`");
    *vectors = '\0';
    configure(text);
    int run = 0, met = 0;
    for (char *line = strchr(vectors + 1, '\n'); line && line[1] == '{'; run++) {
        char *end = strchr(line + 1, '\n');
        if (end) *end = '\0';
        met += meets(line + 1);
        line = end;
        if (line) *line = '\n';
    }
    printf("%d of %d vectors met\n", met, run);
    return run == 0 ? 2 : met != run;
}
