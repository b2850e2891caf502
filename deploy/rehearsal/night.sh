# A night by the scheduler on the installed machine, and what docs/deployment.md, security.md and database.md promise of it.
set -euo pipefail
umask 022
. /opt/weerzien/deploy/rehearsal/steps.sh
BIN=/opt/weerzien/.venv/bin
NAME=weerzien.rehearsal.test
SERVER=db.rehearsal.test
SERVICES="airflow-scheduler airflow-dag-processor airflow-api-server airflow-triggerer weerzien-portal"
MINUTES_OF_A_NIGHT=8

in_airflow() { runuser -u postgres -- psql -At airflow -c "$1"; }

until_it_says() {
  local wanted=$1 seconds=$2 said
  shift 2
  for _ in $(seq "$seconds"); do
    said=$("$@" 2>/dev/null)
    case $said in "$wanted") return ;; failed) break ;; esac
    sleep 1
  done
  echo "$said, not $wanted"
  return 1
}

dags_are_known() {
  until_it_says 3 120 in_airflow "SELECT count(*) FROM dag WHERE dag_id IN ('nightly', 'retention', 'watch')"
}

# The night of the last 04:00 begins as soon as the DAG is not paused any more; nobody starts it.
unpaused() { as_service weerzien weerzien.env $BIN/airflow dags unpause --yes nightly; }

state_of_night() { in_airflow "SELECT state FROM dag_run WHERE dag_id = 'nightly' AND run_type = 'scheduled'"; }

night_succeeds() {
  local code=0
  until_it_says success $((MINUTES_OF_A_NIGHT * 60)) state_of_night || code=$?
  in_airflow "SELECT run_id, state, end_date - start_date FROM dag_run WHERE dag_id = 'nightly'"
  in_airflow "SELECT task_id, map_index, state, try_number, end_date - start_date FROM task_instance WHERE dag_id = 'nightly' ORDER BY start_date"
  if [ $code != 0 ]; then journalctl --no-pager -u airflow-scheduler | grep -iE 'error|failed' | head -20; fi
  return $code
}

night_by_hand() {
  useradd --create-home engineer
  cp -r /srv/weerzien/exports /home/engineer/exports
  chown -R engineer /home/engineer/exports
  cd /home/engineer
  runuser -u engineer -- env -i HOME=/home/engineer $BIN/weerzien night --exports /home/engineer/exports
  runuser -u engineer -- env -i HOME=/home/engineer $BIN/weerzien export /home/engineer/tables
}

same_tables() {
  as_service weerzien weerzien.env $BIN/weerzien export /var/lib/weerzien/tables
  diff -r /home/engineer/tables /var/lib/weerzien/tables
  [ "$(wc -l </var/lib/weerzien/tables/person.csv)" -gt 100 ]
}

browse() { curl -sS --max-time 30 --cacert /etc/weerzien/ca.pem -b /root/cookies -c /root/cookies "$@"; }
token() { sed -n 's/.*name="csrfmiddlewaretoken" value="\([^"]*\)".*/\1/p' | head -1; }

plain_goes_to_tls() { browse -I "http://$NAME/personen/" | tr -d '\r' | grep -x "Location: https://$NAME/personen/"; }

tls_is_kept() {
  browse -D - -o /dev/null "https://$NAME/inloggen/" | tr -d '\r' >/root/answer
  grep -i '^strict-transport-security: max-age=31536000' /root/answer
  [ "$(grep -ci '^strict-transport-security' /root/answer)" = 1 ]
  grep -i '^set-cookie: ' /root/answer >/root/set
  nothing grep -vi '; secure' /root/set
  refused 'protocol|alert|version' curl -sS --tls-max 1.1 --cacert /etc/weerzien/ca.pem "https://$NAME/"
}

anna_sees_the_morning() {
  local page=https://$NAME/inloggen/ said purpose night
  said=$(browse "$page" | token)
  said=$(browse -L -e "$page" --data-urlencode "csrfmiddlewaretoken=$said" --data-urlencode username=anna \
    --data-urlencode password@<(tr -d '\n' </root/secrets/account) "$page")
  purpose=$(grep -o 'name="purpose" value="[^"]*"' <<<"$said" | head -1 | cut -d'"' -f4)
  [ -n "$purpose" ]
  night=$(runuser -u postgres -- psql -At weerzien -c 'SELECT max(night) FROM monitoring.person')
  browse -L -e "https://$NAME/" --data-urlencode "csrfmiddlewaretoken=$(token <<<"$said")" -d "purpose=$purpose" \
    "https://$NAME/doel/" >/root/morning.html
  grep -q "$night" /root/morning.html
  grep -o '<h1>[^<]*</h1>' /root/morning.html
}

wrong_names() {
  refused 'unexpected eof|empty reply' browse -H 'Host: evil.example' "https://$NAME/"
  refused 'empty reply' curl -sS -H 'Host: evil.example' http://127.0.0.1/
  refused 'unrecognized name|alert' curl -sSk --resolve evil.example:443:127.0.0.1 https://evil.example/
  # The page itself refuses it as well, should the proxy let it pass.
  [ "$(curl -s -o /dev/null -w '%{http_code}' -H 'Host: evil.example' -H 'X-Forwarded-Proto: https' http://127.0.0.1:8800/)" = 400 ]
}

# Whatever listens on another address than this machine's own is the proxy.
only_the_proxy_is_reached() {
  ss -Hltnp | awk '{print $4, $6}' | grep -vE '^(127\.|\[::1\]|\[::ffff:127\.)' | tee /root/open
  nothing grep -v nginx /root/open
  ss -Hltn | awk '{print $4}' | grep -xq '127.0.0.1:8800'
}

# A login's question to the database, by the driver of the program: the server's own psql is not its client.
ask() {
  local login=$1 options=$2 database=${3:-weerzien}
  PGPASSWORD=$(cat "/root/secrets/$login") $BIN/python -c 'import sys, psycopg
print(psycopg.connect(sys.argv[1]).execute(sys.argv[2]).fetchone()[0])' \
    "host=$SERVER user=$login dbname=$database sslrootcert=/etc/weerzien/ca.pem $options" "${4:-SELECT current_user}"
}

database_keeps_out() {
  ask weerzien_page sslmode=verify-full
  refused 'no encryption' ask weerzien_page sslmode=disable
  refused 'no encryption' ask airflow sslmode=disable airflow
  refused 'password authentication failed' env PGPASSWORD=wrong $BIN/python -c "import psycopg
psycopg.connect('host=$SERVER user=weerzien_page dbname=weerzien sslmode=require')"
  refused 'does not match host name|verify' ask weerzien_page "sslmode=verify-full host=127.0.0.1"
  refused 'no pg_hba.conf entry' ask weerzien_page sslmode=verify-full airflow
  refused 'permission denied for schema registers' ask weerzien_page sslmode=verify-full weerzien 'SELECT count(*) FROM registers.record'
  refused 'permission denied' ask weerzien_nightly sslmode=verify-full weerzien 'SELECT count(*) FROM portal.auth_user'
}

# No landed file lies as it was delivered, no registration with a name that can be read.
names_are_encrypted() {
  local file
  [ "$(find /var/lib/weerzien/landing -type f | wc -l)" -gt 100 ]
  while read -r file; do
    [ "$(head -c 7 "$file")" = WRZSEAL ]
  done < <(find /var/lib/weerzien/landing /var/lib/weerzien/read -type f)
  runuser -u postgres -- psql -At weerzien -c "SELECT count(sealed), count(*) - count(sealed), count(family_name), count(birth_year) FROM registers.record" | tee /root/sealed
  grep -E '^[1-9][0-9]*\|0\|0\|0$' /root/sealed
}

# Nothing of the installation is open to other accounts, and no log shows a password or a key.
nothing_lies_open() {
  find /var/lib/weerzien /var/lib/weerzien-portal /etc/weerzien/*.env /etc/weerzien/*.keys -perm /007 -not -type l >/root/open
  nothing grep . /root/open
  sed -n 's/^[A-Z_]*\(KEY\|SECRET\)=\(..*\)/\2/p' /etc/weerzien/*.env | cat - /etc/weerzien/*.keys /root/secrets/* >/root/all-secrets
  { journalctl --no-pager; cat "$LOG"; find /var/log/postgresql /var/log/nginx /var/lib/weerzien/airflow/logs -type f -exec cat {} +; } >/root/all-logs
  [ "$(wc -l </root/all-secrets)" -ge 11 ]
  nothing grep -cFf /root/all-secrets /root/all-logs
}

services_end() {
  local service
  time systemctl stop $SERVICES
  for service in $SERVICES; do
    systemctl show -p Id,Result,ExecMainStatus,NRestarts "$service"
    [ "$(systemctl show -P Result "$service")" = success ]
    [ "$(systemctl show -P NRestarts "$service")" = 0 ]
  done
  nothing pgrep -u weerzien,weerzien-portal -a
}

step "the scheduler knows the DAGs" dags_are_known
step "step 7, the nightly DAG is unpaused" unpaused
step "the scheduler runs the night until it succeeded" night_succeeds
step "a night by hand on the same exports, in an installation of its own" night_by_hand
step "both nights give the same tables, byte for byte" same_tables
step "the page: HTTP leads to HTTPS" plain_goes_to_tls
step "the page: TLS 1.2 at least, HSTS, cookies for TLS only" tls_is_kept
step "the page: an account signs in and sees this night" anna_sees_the_morning
step "the page: another name is refused" wrong_names
step "no port but the proxy's is reached from elsewhere" only_the_proxy_is_reached
step "the database: no login without TLS or with a wrong certificate, no register for the page" database_keeps_out
step "landed files and names in the database are encrypted" names_are_encrypted
step "no file is open to others, no log holds a secret" nothing_lies_open
step "the services end on SIGTERM, at once and whole" services_end
