# docs/deployment.md, steps 1 and 3 to 7, as root on the empty machine; step 2 is libraries.sh.
# What the organisation brings is made up here: a certificate authority, the names, passwords, keys, and exports.
set -euo pipefail
umask 022
. /opt/weerzien/deploy/rehearsal/steps.sh
cd /opt/weerzien
BIN=/opt/weerzien/.venv/bin
NAME=weerzien.rehearsal.test
SERVER=db.rehearsal.test
SERVICES="airflow-scheduler airflow-dag-processor airflow-api-server airflow-triggerer weerzien-portal"

accounts_and_folders() {
  useradd --system --user-group --home-dir /var/lib/weerzien --shell /usr/sbin/nologin weerzien
  useradd --system --user-group --home-dir /var/lib/weerzien-portal --shell /usr/sbin/nologin weerzien-portal
  install -d -m 0700 -o weerzien -g weerzien /var/lib/weerzien
  install -d -m 0700 -o weerzien-portal -g weerzien-portal /var/lib/weerzien-portal
}

# Of the organisation: an authority, and a certificate for each of two names of this machine.
certificates() {
  printf '127.0.0.1 localhost %s %s\n' $NAME $SERVER >/etc/hosts
  install -d /etc/weerzien /etc/postgresql/tls /etc/ssl/weerzien
  cd "$(mktemp -d)"
  openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj '/CN=Authority of the rehearsal' -keyout ca.key -out /etc/weerzien/ca.pem
  for name in $NAME $SERVER; do
    openssl req -newkey rsa:2048 -nodes -subj "/CN=$name" -addext "subjectAltName=DNS:$name" -keyout $name.key -out $name.csr
    openssl x509 -req -in $name.csr -days 2 -CA /etc/weerzien/ca.pem -CAkey ca.key -copy_extensions copy -out $name.pem
  done
  install -m 0644 -o postgres -g postgres $SERVER.pem /etc/postgresql/tls/server.pem
  install -m 0600 -o postgres -g postgres $SERVER.key /etc/postgresql/tls/server.key
  install -m 0644 $NAME.pem /etc/ssl/weerzien/fullchain.pem
  install -m 0600 $NAME.key /etc/ssl/weerzien/privkey.pem
  rm ca.key
}

database_server() {
  cp deploy/postgresql/weerzien.conf /etc/postgresql/17/main/conf.d/
  cp deploy/postgresql/pg_hba.conf /etc/postgresql/17/main/pg_hba.conf
  systemctl restart postgresql
  $BIN/weerzien database roles | runuser -u postgres -- psql -v ON_ERROR_STOP=1
  runuser -u postgres -- psql -v ON_ERROR_STOP=1 <deploy/postgresql/airflow.sql
}

# Each password in a file of root's; the server is given it as \password gives it, and it is shown nowhere.
passwords() {
  local login
  install -d -m 0700 /root/secrets
  for login in weerzien_upgrading weerzien_nightly weerzien_page airflow; do
    secret >"/root/secrets/$login"
    printf "ALTER ROLE %s PASSWORD '%s';\n" $login "$(cat /root/secrets/$login)" | runuser -u postgres -- psql -q -v ON_ERROR_STOP=1
  done
  secret >/root/secrets/account
}

secret() { python3 -c 'import secrets; print(secrets.token_urlsafe(48))'; }

settings() {
  local fernet portal=/etc/weerzien/portal.env own=/etc/weerzien/weerzien.env
  fernet=$($BIN/python -c 'from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())')
  sed '/^# ---- portal.env/,$d' deploy/weerzien.env.example | install -m 0640 -g weerzien /dev/stdin $own
  sed -n '/^# ---- portal.env/,$p' deploy/weerzien.env.example | install -m 0640 -g weerzien-portal /dev/stdin $portal
  $BIN/weerzien landing new-key | install -m 0400 -o weerzien /dev/stdin /etc/weerzien/landing.keys
  $BIN/weerzien database new-key | install -m 0440 -o weerzien -g weerzien-portal /dev/stdin /etc/weerzien/records.keys
  sed -i -e "s/db.example.nl/$SERVER/; s/weerzien\.example\.nl/$NAME/" \
    -e "s|weerzien_nightly:CHANGE|weerzien_nightly:$(cat /root/secrets/weerzien_nightly)|" \
    -e "s|weerzien_page:CHANGE|weerzien_page:$(cat /root/secrets/weerzien_page)|" \
    -e "s|airflow:CHANGE|airflow:$(cat /root/secrets/airflow)|" \
    -e "s|^AIRFLOW__CORE__FERNET_KEY=|&$fernet|" \
    -e "s|^AIRFLOW__API_AUTH__JWT_SECRET=|&$(secret)|" \
    -e "s|^AIRFLOW__API__SECRET_KEY=|&$(secret)|" \
    -e "s|^WEERZIEN_PORTAL_SECRET_KEY=|&$(secret)|" $own $portal
  sed -n 's/^WEERZIEN_DATABASE_URL=/&/p' $own | sed "s|weerzien_nightly:[^@]*|weerzien_upgrading:$(cat /root/secrets/weerzien_upgrading)|" \
    | install -m 0600 /dev/stdin /etc/weerzien/upgrading.env
  nothing grep -n '^[^#].*CHANGE' $own $portal /etc/weerzien/upgrading.env
}

tables() {
  as_service weerzien weerzien.env $BIN/airflow db migrate
  as_service weerzien weerzien.env upgrading.env $BIN/weerzien database upgrade
  as_service weerzien weerzien.env upgrading.env $BIN/weerzien portal --prepare
  as_service weerzien weerzien.env $BIN/weerzien database check
}

account() {
  as_service weerzien weerzien.env upgrading.env $BIN/weerzien accounts add anna --role reader --password-stdin </root/secrets/account
}

# Of the registers: exports, invented, readable by the account of the nights.
exports() {
  install -d -m 0750 -g weerzien /srv/weerzien
  $BIN/weerzien sample /srv/weerzien/exports --children 300 --seed 1
  chgrp -R weerzien /srv/weerzien/exports
  chmod -R g+rX,o-rwx /srv/weerzien/exports
}

services() {
  cp deploy/systemd/* /etc/systemd/system/
  systemctl daemon-reload
  systemctl enable --now $SERVICES weerzien-watch.timer
}

proxy() {
  sed "s/weerzien.example.nl/$NAME/" deploy/nginx.conf.example >/etc/nginx/conf.d/weerzien.conf
  rm -f /etc/nginx/sites-enabled/default
  nginx -t
  systemctl reload nginx
}

doctor() {
  as_service weerzien weerzien.env $BIN/weerzien doctor
  as_service weerzien weerzien.env portal.env $BIN/weerzien doctor --quiet
}

step "step 1, accounts and folders" accounts_and_folders
step "an authority, certificates and names, as the organisation has them" certificates
step "step 3, a database server with TLS, roles and two databases" database_server
step "step 3, a password for each login" passwords
step "step 4, settings" settings
step "exports of five registers (invented)" exports
step "step 5, tables" tables
step "step 5, an account of the page" account
step "step 6, services" services
step "step 6, TLS before the page" proxy
step "step 7, the doctor finds nothing wrong" doctor
