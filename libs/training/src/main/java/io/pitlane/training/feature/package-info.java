/** Feature maps inside a network, for losses that compare them. */
package io.pitlane.training.feature;
