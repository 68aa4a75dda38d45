/** Models of images. */
@NullMarked
package org.learn4j.vision;

import org.jspecify.annotations.NullMarked;
