// A simulation as a drawing.
#ifndef CHART_H
#define CHART_H

struct buf;
struct ctx;
struct simulation;

// Adds an SVG document: the load against the capacity, the instances below, and when each alarm
// rings. It needs nothing from elsewhere, and follows the reader's choice of a light or dark
// display.
void chart_draw(struct ctx *c, const struct simulation *s, struct buf *out);

#endif
