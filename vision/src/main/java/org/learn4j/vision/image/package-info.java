/** Pictures: decoding files of any origin, geometry and pixels. */
@NullMarked
package org.learn4j.vision.image;

import org.jspecify.annotations.NullMarked;
