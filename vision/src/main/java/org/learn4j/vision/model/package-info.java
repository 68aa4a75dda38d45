/**
 * Networks for images, with the parameter names and shapes of torchvision, so that its weights fit; their bodies and the
 * heads that fastai puts on them.
 */
@NullMarked
package org.learn4j.vision.model;

import org.jspecify.annotations.NullMarked;
