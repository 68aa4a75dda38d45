/** Schedules: hyper-parameters as functions of training's progress. */
@NullMarked
package org.learn4j.schedule;

import org.jspecify.annotations.NullMarked;
