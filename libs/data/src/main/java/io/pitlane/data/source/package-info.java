/** Opens the sources that a plan can name: idx, CIFAR-10, NPZ, TFRecord. */
package io.pitlane.data.source;
