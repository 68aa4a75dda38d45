/** What a trained model gets right and wrong. */
@NullMarked
package org.learn4j.interpret;

import org.jspecify.annotations.NullMarked;
