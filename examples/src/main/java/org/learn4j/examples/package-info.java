/** Runnable examples, one class each, behind one command line. */
@NullMarked
package org.learn4j.examples;

import org.jspecify.annotations.NullMarked;
