/** Training and measuring one network. */
package io.pitlane.nas.train;
