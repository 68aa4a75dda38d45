/** What a trained model has learned: which columns matter, and where its categories lie. */
@NullMarked
package org.learn4j.tabular.interpret;

import org.jspecify.annotations.NullMarked;
