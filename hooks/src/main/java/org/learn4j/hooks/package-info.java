/** Looking into a model while it runs. */
@NullMarked
package org.learn4j.hooks;

import org.jspecify.annotations.NullMarked;
