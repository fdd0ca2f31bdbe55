# shellcheck shell=sh
# For check scripts: runs checks and reports each in cmocka's form, so that tests/support/run counts
# them together with the programs. Sourced, never run.
#
#	check NAME COMMAND...	passes when COMMAND succeeds; its output is shown when it does not
#	skip NAME REASON	a check that cannot run here, said aloud
#	report_end		exits with 1 when a check failed
#	report_sum		says how many passed, failed and were skipped, then the same
#
# CHECKS="NAME..." in the environment runs these alone.

report_passes=0
report_failures=0
report_skips=0

report_is_wanted() {
	case " ${CHECKS:-$1} " in
	*" $1 "*) return 0 ;;
	*) return 1 ;;
	esac
}

check() {
	report_is_wanted "$1" || return 0
	report_name=$1
	shift
	printf '[ RUN      ] %s\n' "$report_name"
	if report_output=$("$@" 2>&1); then
		printf '[       OK ] %s\n' "$report_name"
		report_passes=$((report_passes + 1))
	else
		[ -z "$report_output" ] || printf '%s\n' "$report_output"
		printf '[  FAILED  ] %s\n' "$report_name"
		report_failures=$((report_failures + 1))
	fi
}

skip() {
	report_is_wanted "$1" || return 0
	printf '[ RUN      ] %s\n' "$1"
	printf '%s\n' "$2"
	printf '[  SKIPPED ] %s\n' "$1"
	report_skips=$((report_skips + 1))
}

report_end() {
	exit $((report_failures > 0))
}

report_sum() {
	printf '\n%s passed, %s failed, %s skipped\n' "$report_passes" "$report_failures" "$report_skips"
	report_end
}
