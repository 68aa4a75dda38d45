/** Augmentation: pictures that differ from epoch to epoch, by random transforms that are composed and drawn once. */
@NullMarked
package org.learn4j.vision.augment;

import org.jspecify.annotations.NullMarked;
