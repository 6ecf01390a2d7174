/** From an image to what a model takes: resizing, scaling, layout, augmentation. */
package io.pitlane.data.preprocessing;
