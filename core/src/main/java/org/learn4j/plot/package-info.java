/** Pictures of curves, bars, matrices and pictures side by side, written as PNG or SVG without a display. */
@NullMarked
package org.learn4j.plot;

import org.jspecify.annotations.NullMarked;
