/** Preprocesses images for a model: resizing, scaling, layout, augmentation. */
package io.pitlane.data.preprocessing;
