/** Neural architecture search: the search, its trials, and the winner's training. */
package io.pitlane.nas;
