/** Loads TensorFlow's native libraries, with the one setting that they are loaded with. */
package io.pitlane.graph.natives;
