/** Pictures of curves, written as PNG or SVG without a display. */
@NullMarked
package org.learn4j.plot;

import org.jspecify.annotations.NullMarked;
