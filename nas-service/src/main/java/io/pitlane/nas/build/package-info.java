/** An architecture made a graph. */
package io.pitlane.nas.build;
