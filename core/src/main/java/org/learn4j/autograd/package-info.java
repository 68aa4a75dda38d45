/**
 * Automatic differentiation: a {@link org.learn4j.autograd.Tape} records {@link org.learn4j.autograd.Op}s as they run and
 * plays them backwards.
 *
 * <p>Each operation is one record with {@code forward} and {@code backward} side by side, listed in
 * {@link org.learn4j.autograd.OpCatalog}. What can be written with others is, and has no gradient of its own.
 */
@NullMarked
package org.learn4j.autograd;

import org.jspecify.annotations.NullMarked;
