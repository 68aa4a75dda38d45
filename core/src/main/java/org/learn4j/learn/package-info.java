/**
 * The {@link org.learn4j.learn.Learner}: model, data, loss, optimizer and callbacks assembled, and the verbs that
 * train, validate, predict, save and resume.
 */
@NullMarked
package org.learn4j.learn;

import org.jspecify.annotations.NullMarked;
