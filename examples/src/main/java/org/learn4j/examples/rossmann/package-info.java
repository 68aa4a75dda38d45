/** Rossmann store sales, lesson 6 of fast.ai 2019. */
@NullMarked
package org.learn4j.examples.rossmann;

import org.jspecify.annotations.NullMarked;
