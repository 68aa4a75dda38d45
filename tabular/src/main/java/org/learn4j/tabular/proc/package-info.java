/** Procs: what is learned from the training rows and applied to all others. */
@NullMarked
package org.learn4j.tabular.proc;

import org.jspecify.annotations.NullMarked;
