/** Pictures of coloured shapes, generated: what the vision examples learn from where there are no photos. */
@NullMarked
package org.learn4j.examples.shapes;

import org.jspecify.annotations.NullMarked;
