-- Airflow's metadata database: a login of its own, nobody else. Carried out once by the administrator.
CREATE ROLE airflow LOGIN;
CREATE DATABASE airflow OWNER airflow ENCODING 'UTF8' TEMPLATE template0;
REVOKE ALL ON DATABASE airflow FROM PUBLIC;
